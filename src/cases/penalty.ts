import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isStaff, type Actor } from '../access/actor.ts';
import type { VoidGround } from '../reviews/review.ts';

/**
 * A decision that reviews do not count. Its id is that of its receipt, by which each `review_void` leads to it. It is never changed:
 * what is overturned of it is written where it happened.
 */
export const Penalty = defineEntity({
  name: 'Penalty',
  tableName: 'penalty',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    id: p.uuid().primary(),
    ground: p.text().$type<VoidGround>(),
    note: p.text(),
    statement: p.text(),
    reviews: p.integer(),
    orders: p.integer(), // 0 where it is about reviews alone
    hasMeasures: p.boolean(), // false: reviews were voided and nobody was sanctioned
    deductPoints: p.integer().nullable(), // of each author; null: what the ladder says
    isMerchantSanctioned: p.boolean(),
    isDetectedAutomatically: p.boolean(),
    isDecidedAutomatically: p.boolean(),
    decidedBy: p.text(),
    approvedBy: p.text().nullable(), // null where one person could decide it
    decidedAt: p.datetime(),
  },
});
export type Penalty = InferEntity<typeof Penalty>;

/** Those concerned get the statement of reasons, not what staff told each other. */
const visibleTo = (actor: Actor) => (isStaff(actor) ? {} : { id: null });
