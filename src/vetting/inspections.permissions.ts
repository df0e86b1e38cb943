import {
  and,
  each,
  hasScope,
  isAdmin,
  isHouse,
  isOwn,
  isPlatform,
  open,
  or,
  type Permissions,
} from '../access/rules.ts';

const found = open('It is found by the merchant itself and by the house alone.');
const records = or(isPlatform, isAdmin);

export const inspectionPermissions = {
  Mutation: each(['recordInspection', 'annulInspection'], and(records, hasScope('events:write'))),
  Merchant: { inspections: or(isOwn('MERCHANT'), isHouse) },
  Inspection: {
    ...each(['id', 'product', 'finding', 'inspectedAt', 'recordedAt', 'annulledAt'], found),
    ...each(['recordedBy', 'note', 'annulledBy', 'annulmentNote'], isHouse),
  },
  RecordInspectionPayload: each(['inspection', 'userErrors'], records),
  AnnulInspectionPayload: each(['inspection', 'userErrors'], records),
} satisfies Permissions;
