import { columns } from '../db/columns.ts';
import type { Copier } from '../db/snapshot.ts';
import type { Reader } from '../db/tx.ts';
import { STANDING_OF } from '../detection/borne-out.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import type { FactKey } from './marks.queries.ts';

/** What a review has to do with consensus, as `STANDING_OF` has it. */
const STANDING = `case when r.status <> 'COUNTED' or r.is_network_rating then ${STANDING_OF.NONE}
                       when r.confirmed_at is null and r.verification in ('PAID', 'DELIVERED', 'KEPT') then ${STANDING_OF.ASKING}
                       else ${STANDING_OF.WITNESS} end`;

/**
 * Of the order that a review stands on, whether nothing went wrong that its merchant answers for: what is late, paid back for a fault or was
 * fought over did. A value, and no `exists`: that would be looked up in a hash of all orders there ever were.
 */
const WENT_WELL = `(select o.delivered_at <= coalesce(o.deliver_by, 'infinity') and o.cancelled_at is null
                              and coalesce(o.shipped_at, '-infinity') <= coalesce(o.ship_by, 'infinity')
                              and (o.dispute_closed_at is null or o.dispute_lost_by = 'BUYER')
                              and (o.chargeback_at is null or o.chargeback_lost_by = 'BUYER')
                              and (o.refunds = '[]' or not exists (
                                select from jsonb_array_elements(o.refunds) as f where f ->> 'cause' <> 'CHANGED_MIND'))
                         from "order" o where o.merchant_id = r.merchant_id and o.id = r.order_id)`;

/**
 * Reviews since an instant, in no order, with what stage 1 found; those that were retracted, or that no order stands behind, are left out.
 */
export const copyReviews = (on: Copier, since: number): AsyncIterable<Buffer> =>
  on.copyOut(
    `copy (select r.merchant_id, r.id, r.author_id, r.occurred_at, (r.valence / 1000000)::smallint, r.status = 'VOIDED',
                  b.registered_at, case when r.is_network_rating then 0 else m.weight end, (${STANDING})::smallint,
                  r.valence < 0 and coalesce(${WENT_WELL}, false)
             from review r left join buyer b on b.id = r.author_id
             left join review_mark m on m.merchant_id = r.merchant_id and m.review_id = r.id
            where r.occurred_at >= ${instant(since)} and r.status <> 'UNVERIFIED' and r.retracted_at is null)
       to stdout (format binary)`,
  );
export const REVIEW_COLUMNS = 10;

const PAID_BACK_ONCE_PRAISED = `exists (
                    select from review r where r.merchant_id = o.merchant_id and r.order_id = o.id and r.stars >= 4 and o.amount > 0
                       and (select sum((f ->> 'amount')::bigint) from jsonb_array_elements(o.refunds) as f) >= o.amount
                       and exists (select from jsonb_array_elements(o.refunds) as f where f ->> 'cause' in ('CHANGED_MIND', 'NOT_DELIVERED')
                            and to_timestamp((f ->> 'at')::float8 / 1000) > r.occurred_at
                            and to_timestamp((f ->> 'at')::float8 / 1000) <= r.occurred_at + interval '14 days'))`;

/**
 * Orders since an instant, in no order. Of those that were refunded, whether that paid praise back: whole, within 14 days after a review of
 * four stars or more, and for no fault (as `isPaidBackOncePraised` has it).
 */
export const copyOrders = (on: Copier, since: number): AsyncIterable<Buffer> =>
  on.copyOut(
    `copy (select merchant_id, id, buyer_id, case when cardinality(product_ids) = 1 then product_ids[1] end, amount, placed_at,
                  delivered_at, carrier is not null and tracking is not null,
                  paid_back_at is not null or (refunds <> '[]' and ${PAID_BACK_ONCE_PRAISED}), device_hash, payment_hash, ip_hash
             from "order" o where placed_at >= ${instant(since)} and voided_at is null) to stdout (format binary)`,
  );
export const ORDER_COLUMNS = 12;

/** A statement of COPY takes no values. */
function instant(at: number): string {
  if (!Number.isSafeInteger(at)) throw new RangeError(`${at} is no instant`);
  return `to_timestamp(${at / 1000})`;
}

export interface MarkedEvidence extends FactKey {
  readonly evidence: EvidenceRow[];
}
/** What stage 1 found about these reviews. */
export const evidenceOfMarks = (on: Reader, keys: readonly FactKey[]): Promise<MarkedEvidence[]> =>
  on.query(
    'integrity.evidence_of_marks',
    `select m.merchant_id as "merchantId", m.review_id as id, m.evidence
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id) join review_mark m using (merchant_id, review_id)`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

/** Of these reviews, those without a mark. */
export const unmarked = (on: Reader, keys: readonly FactKey[]): Promise<FactKey[]> =>
  on.query(
    'integrity.unmarked',
    `select merchant_id as "merchantId", review_id as id from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id)
      where not exists (select from review_mark m where m.merchant_id = asked.merchant_id and m.review_id = asked.review_id)`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

/** The reviews that count or are held of these orders. */
export const reviewsOfOrders = (
  on: Reader,
  merchantId: string,
  orderIds: readonly string[],
): Promise<{ id: string; orderId: string }[]> =>
  on.query(
    'integrity.reviews_of_orders',
    `select id, order_id as "orderId" from review where merchant_id = $1 and order_id = any($2::uuid[]) and status in ('COUNTED', 'HELD') order by id`,
    [merchantId, orderIds],
  );
