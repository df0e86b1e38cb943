import { arraysOf, copyOf, flag, instant, int2, int4, int8, text, uuid, type Columns } from '../db/binary-rows.ts';
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
    arraysOf(
      orders,
      uuid((each) => each.merchantId),
      uuid((each) => each.id),
    ),
  );

export const reviewsByKeys = (on: Reader, keys: readonly { merchantId: string; id: string }[]): Promise<ReviewRow[]> =>
  on.query(
    'reviews_by_keys',
    `select ${REVIEW} from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join review r using (merchant_id, id)`,
    arraysOf(
      keys,
      uuid((each) => each.merchantId),
      uuid((each) => each.id),
    ),
  );

export const insertReviews = (tx: Tx, reviews: readonly ReviewFact[], recordedAt: number): Promise<void> => {
  const columns: Columns<ReviewFact> = {
    merchant_id: uuid((each) => each.merchantId),
    id: uuid((each) => each.id),
    external_id: text((each) => each.externalId),
    order_id: uuid((each) => each.orderId),
    author_id: uuid((each) => each.authorId),
    product_id: uuid((each) => each.productId),
    stars: int2((each) => each.stars),
    valence: int4((each) => each.valence),
    description: int2((each) => each.dimensions[0]),
    service: int2((each) => each.dimensions[1]),
    logistics: int2((each) => each.dimensions[2]),
    text: text((each) => each.text),
    channel: text((each) => each.channel),
    incentivized: flag((each) => each.incentivized),
    occurred_at: instant((each) => each.occurredAt),
    status: text((each) => each.status),
    verification: text((each) => each.verification),
    is_network_rating: flag((each) => each.isNetworkRating),
    reliability: int8((each) => each.reliability),
    experience: int8((each) => each.experience),
    agree_gain: int8((each) => each.agreeGain),
    disagree_gain: int8((each) => each.disagreeGain),
    experience_gain: int8((each) => each.experienceGain),
    consensus_gain: int8((each) => each.consensusGain),
    weight_gain: int8((each) => each.weightGain),
    retracted_at: instant((each) => each.retractedAt),
    recorded_at: instant(() => recordedAt),
  };
  return tx.copy(...copyOf('review', columns, reviews));
};

/** Status, verification, and what is still counted of it. */
export const updateReviews = (tx: Tx, reviews: readonly ReviewFact[]): Promise<unknown> =>
  tx.query(
    'update_reviews',
    `update review as r set status = new.status, verification = new.verification, retracted_at = new.retracted_at
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
         as new (merchant_id, id, status, verification, retracted_at)
      where r.merchant_id = new.merchant_id and r.id = new.id`,
    arraysOf(
      reviews,
      uuid((each) => each.merchantId),
      uuid((each) => each.id),
      text((each) => each.status),
      text((each) => each.verification),
      instant((each) => each.retractedAt),
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
