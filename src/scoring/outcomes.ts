import type { SubjectKind } from '../kernel/subject.ts';
import { kindsOf } from './kinds.ts';

/** How a deal went, as far as no policy can change it: what forecasts are held against. */
export type Outcome = 'good' | 'bad';

const OUTCOMES: Readonly<Record<SubjectKind, Readonly<Record<string, Outcome>>>> = {
  MERCHANT: {
    ORDER_DELIVERED: 'good',
    LATE_DELIVERY: 'bad',
    ORDER_COMPLAINED: 'bad',
    CANCELLED_BY_SELLER: 'bad',
    RATING_POSITIVE: 'good',
    RATING_NEGATIVE: 'bad',
  },
  BUYER: { ORDER_KEPT: 'good', UNPAID_ORDER: 'bad', UNFOUNDED_CLAIM: 'bad', CHARGEBACK_LOST: 'bad' },
  PRODUCT: { ORDER_DELIVERED: 'good', ORDER_COMPLAINED: 'bad' },
  CARRIER: {},
  SUPPLIER: {},
};

/** By slot of `kindsOf(subject)`: the outcome of a deal that such a posting tells of; null where it tells of none. */
export const outcomesOf = (subject: SubjectKind): readonly (Outcome | null)[] =>
  kindsOf(subject).map(({ key }) => OUTCOMES[subject][key] ?? null);
