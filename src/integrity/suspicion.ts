import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import { isStaff, type Actor } from '../access/actor.ts';
import type { Outcome } from '../detection/evidence.ts';

export type SuspicionKind = 'REVIEW' | 'RING' | 'BRUSHING';
export type SuspicionStatus = 'OPEN' | 'CONFIRMED' | 'DISMISSED';

/**
 * A doubt about reviews or orders of one merchant, with its evidence. It is decided by people: confirmed when its reviews are
 * penalized, or dismissed. Who works on it claims it for a while, so that nobody else does.
 */
export const Suspicion = defineEntity({
  name: 'Suspicion',
  tableName: 'suspicion',
  filters: { visible: { name: 'visible', default: true, cond: ({ actor }: { actor: Actor }) => visibleTo(actor) } },
  properties: {
    merchantId: p.uuid().primary(),
    id: p.uuid().primary(),
    kind: p.text().$type<SuspicionKind>(),
    status: p.text().$type<SuspicionStatus>(),
    probability: p.double(),
    outcome: p.text().$type<Outcome>(),
    codes: p.type('text[]').$type<string[]>(), // that speak for a fake, of any of its facts
    ringId: p.uuid().nullable(),
    openedAt: p.datetime(),
    updatedAt: p.datetime(),
    claimedBy: p.text().nullable(),
    claimedUntil: p.datetime().nullable(),
    decidedAt: p.datetime().nullable(),
    decidedBy: p.text().nullable(),
    decisionNote: p.text().nullable(),
  },
});
export type Suspicion = InferEntity<typeof Suspicion>;

/** A doubt is no finding: it is for those who judge, and for those who watch them. */
const visibleTo = (actor: Actor) => (isStaff(actor) ? {} : { id: null });
