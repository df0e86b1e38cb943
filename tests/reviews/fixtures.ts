import type { Database } from '../../src/db/database.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { NOW } from '../kit/events.ts';

/** Review rows as they lie in the database, for what events alone do not bring about. */
export interface AReview {
  readonly merchantId: string;
  readonly authorId: string;
  readonly productId?: string;
  readonly stars?: number;
  readonly status?: string;
  readonly occurredAt?: number;
  readonly text?: string | null;
  readonly isRetracted?: boolean;
}

export interface Parties {
  readonly merchantId: string;
  readonly otherMerchantId: string;
  readonly authorId: string;
  readonly productId: string;
}

/** Merchants "m" and "other", buyers "author" and "stranger", and the product "p" of "m". */
export async function someParties({ pool }: Database): Promise<Parties> {
  const [merchantId, otherMerchantId, authorId, strangerId, productId] = Array.from({ length: 5 }, () => newId(NOW));
  await pool.query(`insert into merchant (id, external_id, recorded_at) values ($1, 'm', $3), ($2, 'other', $3)`, [
    merchantId,
    otherMerchantId,
    new Date(NOW),
  ]);
  await pool.query(`insert into buyer (id, external_id, recorded_at) values ($1, 'author', $3), ($2, 'stranger', $3)`, [
    authorId,
    strangerId,
    new Date(NOW),
  ]);
  await pool.query(`insert into product (id, external_id, merchant_id, recorded_at) values ($1, 'p', $2, $3)`, [
    productId,
    merchantId,
    new Date(NOW),
  ]);
  return { merchantId: merchantId!, otherMerchantId: otherMerchantId!, authorId: authorId!, productId: productId! };
}

/** The new reviews' ids as the API shows them, in their order. */
export async function insertReviews({ pool }: Database, reviews: readonly AReview[]): Promise<string[]> {
  const rows = reviews.map((review, i) => ({
    id: newId(NOW + i), // in their order
    status: 'COUNTED',
    stars: 5,
    occurredAt: NOW,
    text: 'So it was.',
    isRetracted: false,
    ...review,
  }));
  await pool.query(
    `insert into review (merchant_id, id, author_id, product_id, stars, valence, text, channel, incentivized, occurred_at,
       recorded_at, status, verification, is_network_rating, reliability, experience, agree_gain, disagree_gain,
       experience_gain, consensus_gain, weight_gain, retracted_at)
     select merchant_id, id, author_id, product_id, stars, 0, text, 'ORGANIC', false, occurred_at,
            $9, status, 'DELIVERED', false, 0, 0, 0, 0, 0, 0, 0, case when retracted then $9::timestamptz end
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::timestamptz[], $8::text[], $10::bool[])
         as new (merchant_id, id, author_id, product_id, stars, text, occurred_at, status, retracted)`,
    [
      rows.map((row) => row.merchantId),
      rows.map((row) => row.id),
      rows.map((row) => row.authorId),
      rows.map((row) => row.productId ?? null),
      rows.map((row) => row.stars),
      rows.map((row) => row.text),
      rows.map((row) => new Date(row.occurredAt)),
      rows.map((row) => row.status),
      new Date(NOW),
      rows.map((row) => row.isRetracted),
    ],
  );
  return rows.map((row) => globalId('Review', row.merchantId, row.id));
}

/** The cause of a voided review, with a receipt that tells of these changes. */
export async function insertVoid(
  { pool }: Database,
  merchantId: string,
  reviewId: string,
  changes: unknown[],
): Promise<string> {
  const receiptId = newId(NOW);
  await pool.query(
    `insert into receipt (merchant_id, id, reversed_postings, changes, points_moved, made_at) values ($1, $2, 2, $3, 0, $4)`,
    [merchantId, receiptId, JSON.stringify(changes), new Date(NOW)],
  );
  await pool.query(
    `insert into review_void (merchant_id, review_id, status_before, ground, statement, voided_by, voided_at, receipt_id)
     values ($1, $2, 'COUNTED', 'FAKE_PURCHASED', 'It was paid for.', 'ADMIN:alice', $3, $4)`,
    [merchantId, reviewId, new Date(NOW), receiptId],
  );
  return globalId('ReversalReceipt', merchantId, receiptId);
}
