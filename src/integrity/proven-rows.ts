import type { Reader } from '../db/tx.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import { provenFakesOf } from '../detection/known-signs.ts';
import type { MarketReviews } from './read-reviews.ts';
import { provenAuthors } from './proven-authors.queries.ts';
import type { SettingsInForce } from './settings.ts';

/** By the number of a reviewer: what its proven fakes say of all else that it wrote. */
export type ProvenRows = ReadonlyMap<number, EvidenceRow>;

export async function provenRows(
  on: Reader,
  { reviewerNumber }: MarketReviews,
  { table }: SettingsInForce,
): Promise<ProvenRows> {
  const rows = new Map<number, EvidenceRow>();
  for (const { authorId, count, reviews } of await provenAuthors(on)) {
    const number = reviewerNumber(authorId);
    const facts = reviews.map((ids) => ({ type: 'Review' as const, ids: ids.split('/') }));
    const row = number === undefined ? null : provenFakesOf(count, table, facts);
    if (row) rows.set(number!, row);
  }
  return rows;
}

/** Adds it to what each of their reviews weighs, by which the look back chooses whom to look at. */
export function weighProven(proven: ProvenRows, { columns: { reviewers }, weights }: MarketReviews): void {
  if (proven.size === 0) return;
  for (let row = 0; row < weights.length; row++) {
    const proof = proven.get(reviewers[row]!);
    if (proof) weights[row] = (weights[row]! || 0) + proof.logLikelihoodRatio;
  }
}
