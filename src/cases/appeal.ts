import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isHouse, ownId, type Actor } from '../access/actor.ts';

export const APPEAL_STATUSES = ['FILED', 'UNDER_REVIEW', 'UPHELD', 'OVERTURNED'] as const;
export type AppealStatus = (typeof APPEAL_STATUSES)[number];

/** A voided review, a voided order, all orders that one decision voided of a merchant's, or a sanction. */
export type AppealAbout = 'REVIEW' | 'ORDER' | 'DECISION' | 'SANCTION';

/**
 * What somebody says against a decision that befell them: a review or orders that were voided, or a sanction. One for each decision and person;
 * decided by someone who had no part in the decision.
 */
export const Appeal = defineEntity({
  name: 'Appeal',
  tableName: 'appeal',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    about: p.text().$type<AppealAbout>(),
    subjectId: p.uuid(), // the merchant of the review or of the orders, or who was sanctioned
    factId: p.uuid(), // the review, the order, the decision or the sanction
    decisionId: p.uuid().nullable(), // the penalty, where one brought it about
    appellantId: p.uuid(),
    appellantKind: p.text().$type<'MERCHANT' | 'BUYER'>(),
    argument: p.text(),
    status: p.text().$type<AppealStatus>(),
    filedAt: p.datetime(),
    dueAt: p.datetime(),
    takenBy: p.text().nullable(),
    takenUntil: p.datetime().nullable(),
    decision: p.text().nullable(),
    decidedBy: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
    receiptId: p.uuid().nullable(), // of what was restored
  },
});
export type Appeal = InferEntity<typeof Appeal>;

/** The house's, and one's own. */
const visibleTo = (actor: Actor) =>
  isHouse(actor) ? {} : { appellantId: ownId(actor, 'MERCHANT') ?? ownId(actor, 'BUYER') };
