import type { Reader, Tx } from '../db/tx.ts';
import { DIMENSIONS } from '../evidence/book.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { ReviewFact } from './review-fact.ts';
import {
  insertReviews,
  latestWeeks,
  reviewsByKeys,
  reviewsOfOrders,
  updateReviews,
  type ReviewRow,
} from './weigh.queries.ts';

/** The reviews of these orders, in no order. */
export const reviewsAbout = async (
  on: Reader,
  orders: readonly { merchantId: string; id: string }[],
): Promise<ReviewFact[]> => (orders.length === 0 ? [] : (await reviewsOfOrders(on, orders)).map(factFrom));

export const reviewsWith = async (
  on: Reader,
  keys: readonly { merchantId: string; id: string }[],
): Promise<ReviewFact[]> => (keys.length === 0 ? [] : (await reviewsByKeys(on, keys)).map(factFrom));

export async function saveReviews(
  tx: Tx,
  posted: readonly ReviewFact[],
  changed: readonly ReviewFact[],
  now: number,
): Promise<void> {
  if (posted.length > 0) await insertReviews(tx, posted, now);
  if (changed.length > 0) await updateReviews(tx, changed);
}

/**
 * After reviews were taken back: the week in which their authors' experience is capped is that of the latest review that still
 * counts, as if the others had never been.
 */
export async function mendWeeks(tx: Tx, ledger: Ledger, authorIds: readonly string[]): Promise<void> {
  const weeks = new Map((await latestWeeks(tx, [...new Set(authorIds)])).map((row) => [row.author_id, row]));
  for (const id of new Set(authorIds)) {
    const book = ledger.books.get(id);
    if (!book?.reviewer) continue;
    const latest = weeks.get(id);
    book.reviewer = { ...book.reviewer, week: latest?.week ?? 0, weekExperience: latest?.gained ?? 0 };
  }
}

/** What its order adds (amount, currency, whether it was paid) is not in the row: reversals take their weights from the postings. */
const factFrom = (row: ReviewRow): ReviewFact => ({
  merchantId: row.merchant_id,
  id: row.id,
  externalId: row.external_id,
  orderId: row.order_id,
  authorId: row.author_id,
  productId: row.product_id,
  stars: row.stars,
  valence: row.valence,
  dimensions: DIMENSIONS.map((key) => row[key]),
  text: row.text,
  channel: row.channel,
  incentivized: row.incentivized,
  occurredAt: row.occurred_at.getTime(),
  isNetworkRating: row.is_network_rating,
  amount: null,
  currency: null,
  isPurchase: row.verification !== 'NONE' && row.verification !== 'ORDER_MATCHED',
  verification: row.verification,
  status: row.status,
  reliability: row.reliability,
  experience: row.experience,
  agreeGain: row.agree_gain,
  disagreeGain: row.disagree_gain,
  experienceGain: row.experience_gain,
  consensusGain: row.consensus_gain,
  weightGain: row.weight_gain,
  retractedAt: row.retracted_at?.getTime() ?? null,
});
