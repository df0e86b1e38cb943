import { evidenceOf, type EvidenceFact, type EvidenceRow } from './evidence.ts';
import type { LlrTable } from './llr.ts';

/** How sure it is that the buyer has the money back: the marketplace was told so, or the order was refunded once it was praised. */
const PAID_BACK = { TOLD: 20, ONCE_PRAISED: 3 } as const; // strengths
export type PaidBack = keyof typeof PAID_BACK;

/** A review of an order that cost its buyer nothing in the end. */
export const paidBack = (how: PaidBack, table: LlrTable, facts?: readonly EvidenceFact[]): EvidenceRow | null =>
  evidenceOf(table, 'PAID_BACK_OUTSIDE', PAID_BACK[how], {
    observed: 1,
    expected: 0,
    detail: { how },
    ...(facts && { facts }),
  });

/** Merchant and buyer say the same of each other's shops. */
export const mutualRating = (table: LlrTable, facts: readonly EvidenceFact[]): EvidenceRow | null =>
  evidenceOf(table, 'MUTUAL_RATING', 1, { observed: 1, expected: 0, facts });

/** `count`: other reviews of the same author that were proven fake, and are. */
export const provenFakesOf = (count: number, table: LlrTable, facts?: readonly EvidenceFact[]): EvidenceRow | null =>
  evidenceOf(table, 'PROVEN_FAKES', count, { observed: count, expected: 0, ...(facts && { facts }) });

/**
 * What is known and not inferred: an own trace, money that the marketplace saw go back, a fake that was proven. That nothing else is to be
 * seen takes nothing from it, so a person looks at it how probable it may be.
 */
export const isKnown = ({ code, logLikelihoodRatio, detail }: EvidenceRow): boolean =>
  logLikelihoodRatio > 0 &&
  (code === 'OWN_SHOP' || code === 'PROVEN_FAKES' || (code === 'PAID_BACK_OUTSIDE' && detail['how'] === 'TOLD'));

const DAY = 86_400_000;
/** So long after a review a refund of its whole order belongs to it. */
const SOON_AFTER = 14 * DAY;
/** From this valence on, −1 to 1, a review praises: four stars. */
const PRAISE = 0.5;

/** A refund as far as this looks at it. Its cause tells whether the merchant answers for a fault, which is no scheme. */
export interface LaterRefund {
  readonly at: number; // ms since 1970
  readonly amount: number; // minor units
  readonly cause: string;
}
const NO_FAULT = new Set(['CHANGED_MIND', 'NOT_DELIVERED']);

/**
 * Whether what was praised was then paid back whole, though nothing was wrong with it: "changed my mind", or never delivered. Who buys
 * praise pays it back in such words.
 */
export function isPaidBackOncePraised(
  { occurredAt, valence }: { readonly occurredAt: number; readonly valence: number },
  { amount, refunds }: { readonly amount: number; readonly refunds: readonly LaterRefund[] },
): boolean {
  if (valence < PRAISE || amount === 0) return false;
  const later = refunds.filter(
    ({ at, cause }) => at > occurredAt && at - occurredAt <= SOON_AFTER && NO_FAULT.has(cause),
  );
  return later.length > 0 && refunds.reduce((sum, refund) => sum + refund.amount, 0) >= amount;
}
