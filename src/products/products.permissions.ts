import { each, open, type Permissions } from '../access/rules.ts';

const onOffer = open('What is on offer is public.');

export const productPermissions = {
  Query: { product: onOffer },
  Product: each(['id', 'kind', 'externalId', 'name', 'category', 'merchant'], onOffer),
} satisfies Permissions;
