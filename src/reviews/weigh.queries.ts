import { columns, copyText, time } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { ReviewFact } from './review-fact.ts';
import type { ReviewStatus, Verification } from './review.ts';

export interface ReviewRow {
  merchant_id: string;
  id: string;
  external_id: string | null;
  order_id: string | null;
  author_id: string;
  product_id: string | null;
  stars: number;
  valence: number;
  description: number | null;
  service: number | null;
  logistics: number | null;
  text: string | null;
  channel: string;
  incentivized: boolean;
  occurred_at: Date;
  status: ReviewStatus;
  verification: Verification;
  is_network_rating: boolean;
  reliability: number;
  experience: number;
  agree_gain: number;
  disagree_gain: number;
  experience_gain: number;
  consensus_gain: number;
  weight_gain: number;
  retracted_at: Date | null;
}
const REVIEW = `r.merchant_id, r.id, r.external_id, r.order_id, r.author_id, r.product_id, r.stars, r.valence, r.description, r.service,
  r.logistics, r.text, r.channel, r.incentivized, r.occurred_at, r.status, r.verification, r.is_network_rating, r.reliability, r.experience,
  r.agree_gain, r.disagree_gain, r.experience_gain, r.consensus_gain, r.weight_gain, r.retracted_at`;

export const reviewsOfOrders = (
  on: Reader,
  orders: readonly { merchantId: string; id: string }[],
): Promise<ReviewRow[]> =>
  on.query(
    'reviews_of_orders',
    `select ${REVIEW} from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, order_id) join review r using (merchant_id, order_id)`,
    columns(
      orders,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

export const reviewsByKeys = (on: Reader, keys: readonly { merchantId: string; id: string }[]): Promise<ReviewRow[]> =>
  on.query(
    'reviews_by_keys',
    `select ${REVIEW} from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join review r using (merchant_id, id)`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

export const insertReviews = (tx: Tx, reviews: readonly ReviewFact[], recordedAt: Date): Promise<void> => {
  const recorded = recordedAt.toISOString();
  return tx.copy(
    `copy review (merchant_id, id, external_id, order_id, author_id, product_id, stars, valence, description, service, logistics,
                  text, channel, incentivized, occurred_at, status, verification, is_network_rating, reliability, experience,
                  agree_gain, disagree_gain, experience_gain, consensus_gain, weight_gain, retracted_at, recorded_at) from stdin`,
    copyText(
      reviews,
      (each) => each.merchantId,
      (each) => each.id,
      (each) => each.externalId,
      (each) => each.orderId,
      (each) => each.authorId,
      (each) => each.productId,
      (each) => each.stars,
      (each) => each.valence,
      (each) => each.dimensions[0],
      (each) => each.dimensions[1],
      (each) => each.dimensions[2],
      (each) => each.text,
      (each) => each.channel,
      (each) => each.incentivized,
      (each) => time(each.occurredAt),
      (each) => each.status,
      (each) => each.verification,
      (each) => each.isNetworkRating,
      (each) => each.reliability,
      (each) => each.experience,
      (each) => each.agreeGain,
      (each) => each.disagreeGain,
      (each) => each.experienceGain,
      (each) => each.consensusGain,
      (each) => each.weightGain,
      (each) => time(each.retractedAt),
      () => recorded,
    ),
  );
};

/** Status, verification, and what is still counted of it. */
export const updateReviews = (tx: Tx, reviews: readonly ReviewFact[]): Promise<unknown> =>
  tx.query(
    'update_reviews',
    `update review as r set status = new.status, verification = new.verification, retracted_at = new.retracted_at
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
         as new (merchant_id, id, status, verification, retracted_at)
      where r.merchant_id = new.merchant_id and r.id = new.id`,
    columns(
      reviews,
      (each) => each.merchantId,
      (each) => each.id,
      (each) => each.status,
      (each) => each.verification,
      (each) => time(each.retractedAt),
    ),
  );

/** The latest week in which each of these authors gained experience by a review that still counts, and how much. */
export const latestWeeks = (
  tx: Tx,
  authorIds: readonly string[],
): Promise<{ author_id: string; week: number; gained: number }[]> =>
  tx.query(
    'latest_weeks',
    `select distinct on (author_id) author_id, floor(extract(epoch from occurred_at) / 604800)::int as week,
            sum(experience_gain)::bigint as gained
       from review where author_id = any($1::uuid[]) and status = 'COUNTED'
      group by author_id, week order by author_id, week desc`,
    [authorIds],
  );
