import type { Role } from '../../src/access/actor.ts';
import type { IdType } from '../../src/kernel/global-id.ts';

const ALL: readonly Role[] = ['PUBLIC', 'BUYER', 'MERCHANT', 'PARTNER', 'PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'];
const HOUSE: readonly Role[] = ['PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'];
const STAFF: readonly Role[] = ['MODERATOR', 'ADMIN', 'AUDITOR'];

/** Who finds a row by its id: whosever it is, and besides if it is about them. */
export interface Finders {
  readonly any: readonly Role[];
  readonly own: readonly Role[];
}

/**
 * Rows have no line in the table of permissions: who finds them is up to the entities' `visible` filters. What these should say
 * is said here. A new kind of node needs a line.
 */
export const FINDERS: Readonly<Partial<Record<IdType, Finders>>> = {
  Merchant: { any: ALL, own: [] },
  Product: { any: ALL, own: [] },
  Review: { any: ALL, own: [] },
  ReversalReceipt: { any: ALL, own: [] },
  Buyer: { any: HOUSE, own: ['BUYER'] },
  Order: { any: HOUSE, own: ['BUYER', 'MERCHANT'] },
  Excuse: { any: HOUSE, own: [] },
  Partner: { any: [...HOUSE, 'BUYER', 'MERCHANT'], own: ['PARTNER'] }, // who is asked for consent may know by whom
  Consent: { any: HOUSE, own: ['BUYER'] },
  GradeInquiry: { any: HOUSE, own: ['BUYER', 'MERCHANT'] },
  ApiKey: { any: ['ADMIN'], own: [] },
  WebhookEndpoint: { any: HOUSE, own: [] }, // of the marketplace; a partner finds its own
  WebhookDelivery: { any: HOUSE, own: [] },
  PointsEntry: { any: HOUSE, own: ['MERCHANT'] },
  PointsHold: { any: HOUSE, own: ['MERCHANT'] },
  Inspection: { any: HOUSE, own: ['MERCHANT'] },
  Sanction: { any: HOUSE, own: ['BUYER'] }, // of a buyer, for a review that was penalized
  Appeal: { any: HOUSE, own: ['BUYER'] }, // against that
  BulkExport: { any: STAFF, own: [] }, // of one that an ADMIN asked for
  GradeCredential: { any: [], own: [] }, // it is shown where it is issued, and not found by its id
  Suspicion: { any: STAFF, own: [] },
  Proposal: { any: STAFF, own: [] },
  Penalty: { any: STAFF, own: [] },
  AuditEvent: { any: ['AUDITOR', 'ADMIN'], own: [] },
};
