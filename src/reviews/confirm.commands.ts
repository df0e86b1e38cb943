import type { Tx } from '../db/tx.ts';
import { liveEntries, openBooks, saveBooks } from '../evidence/books.ts';
import { bookOf, enter, pairOf } from '../evidence/ledger.ts';
import { ordersOf } from '../orders/orders.commands.ts';
import { kindOf } from '../scoring/kinds.ts';
import { markConfirmed, type Confirmation } from './confirm.queries.ts';
import type { Moment } from './void.commands.ts';
import { reviewsWith } from './weigh.commands.ts';

export type { Confirmation };

const { code: CONFIRMED } = kindOf('BUYER', 'REVIEW_CONFIRMED');

/**
 * Counts for their authors that these reviews were borne out, each once and for all: what later reviews come to does not take it back. It
 * goes and comes back with the review itself, by the same voids, holds and restorings. How many were confirmed.
 */
export async function confirmReviews(
  tx: Tx,
  confirmations: readonly Confirmation[],
  { now, foldings }: Moment,
): Promise<number> {
  const found = await reviewsWith(tx, confirmations);
  const orderKeys = found.flatMap(({ merchantId, orderId }) => (orderId === null ? [] : [{ merchantId, id: orderId }]));
  const orders = new Map((await ordersOf(tx, orderKeys)).map((order) => [order.id, order]));
  const seen = found.filter(({ orderId }) => orders.has(orderId ?? ''));
  if (seen.length === 0) return 0;
  const ledger = await openBooks(tx, foldings, {
    subjects: new Map(seen.map(({ authorId }) => [authorId, 'BUYER'])),
    pairs: seen.map(({ authorId, merchantId }) => ({ subjectId: authorId, counterparty: merchantId })),
    days: [],
    reviewers: [],
  });
  const reviews = (await reviewsWith(tx, seen)).filter(({ status }) => status === 'COUNTED'); // now that nobody else can change them
  const places = reviews.map(({ authorId, id }) => ({ subjectId: authorId, factId: id }));
  const known = await liveEntries(tx, places);
  const at = new Map(confirmations.map((each) => [each.id, each.at]));
  const confirmed = reviews.filter(({ id }) => !known.has(id));
  for (const { id, authorId, merchantId, orderId } of confirmed) {
    const { amount, currency } = orders.get(orderId!)!;
    enter(ledger, {
      subjectId: authorId,
      factId: id,
      kind: CONFIRMED,
      revision: 0,
      occurredAt: at.get(id)!,
      counterparty: merchantId,
      amount,
      currency,
      reliability: null,
      experience: null,
      isPurchase: true,
      pairRank: pairOf(bookOf(ledger, authorId), merchantId).reviews++,
      isHeld: false,
      sign: 1,
    });
  }
  if (confirmed.length === 0) return 0;
  await saveBooks(tx, ledger, now, 'VERDICT');
  await markConfirmed(
    tx,
    confirmed.map(({ merchantId, id }) => ({ merchantId, id, at: at.get(id)! })),
  );
  return confirmed.length;
}
