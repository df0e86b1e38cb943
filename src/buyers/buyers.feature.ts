import type { Call } from '../access/call.ts';
import type { Feature } from '../feature.ts';
import { recordingRefusals } from '../inquiries/pull.ts';
import { namedBuyerByExternalId, namedBuyerById } from './buyers.loaders.ts';
import { buyerPermissions } from './buyers.permissions.ts';
import { BuyersResolver } from './buyers.resolver.ts';

export const buyersFeature: Feature = {
  name: 'buyers',
  resolvers: [BuyersResolver],
  permissions: buyerPermissions,
  nodes: { Buyer: (call, [id]) => told(call, () => namedBuyerById(call, id)) },
  named: { Buyer: (call, externalId) => told(call, () => namedBuyerByExternalId(call, externalId)) },
};

/** What a partner is refused is entered, by whatever way it asked. */
const told = <Answer>(call: Call, find: () => Promise<Answer>): Promise<Answer> =>
  recordingRefusals(call, 'Query.node', {}, find);
