import { keyColumns } from '../db/columns.ts';
import type { Reader } from '../db/tx.ts';
import type { OrderKey } from '../orders/void-orders.ts';

/** Of these orders, those that a detector found before a person did. */
export const suspectedOrders = (on: Reader, keys: readonly OrderKey[]): Promise<OrderKey[]> =>
  on.query(
    'brushing.suspected',
    `select asked.merchant_id as "merchantId", asked.id from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
      where exists (select from suspicion_order f join suspicion s on s.merchant_id = f.merchant_id and s.id = f.suspicion_id
                     where f.merchant_id = asked.merchant_id and f.order_id = asked.id and s.status <> 'DISMISSED')`,
    keyColumns(keys),
  );

/** The orders of a suspicion that count, so many at most. */
export const ordersSuspected = (
  on: Reader,
  { merchantId, id }: OrderKey, // of the suspicion
  most: number,
): Promise<OrderKey[]> =>
  on.query(
    'brushing.orders_suspected',
    `select o.merchant_id as "merchantId", o.id from suspicion_order f join "order" o on o.merchant_id = f.merchant_id and o.id = f.order_id
      where f.merchant_id = $1 and f.suspicion_id = $2 and o.voided_at is null order by o.id limit $3`,
    [merchantId, id, most],
  );

/** What a decision voided of a merchant's orders and is still in force: of all, or of one. */
export const ordersInForce = (
  on: Reader,
  of: { readonly merchantId: string; readonly decisionId: string; readonly orderId: string | null },
): Promise<(OrderKey & { readonly voidedAt: Date })[]> =>
  on.query(
    'brushing.orders_in_force',
    `select merchant_id as "merchantId", order_id as id, voided_at as "voidedAt" from order_void
      where merchant_id = $1 and receipt_id = $2 and lifted_at is null and ($3::uuid is null or order_id = $3) order by order_id limit 1000`,
    [of.merchantId, of.decisionId, of.orderId],
  );

/** By which decision the order of a review is voided; nothing where it counts, or where there is none. */
export const orderBehind = async (
  on: Reader,
  { merchantId, id }: OrderKey, // of the review
): Promise<{ orderId: string; decisionId: string } | undefined> =>
  (
    await on.query<{ orderId: string; decisionId: string }>(
      'brushing.order_behind',
      `select v.order_id as "orderId", v.receipt_id as "decisionId"
         from review r join order_void v on v.merchant_id = r.merchant_id and v.order_id = r.order_id and v.lifted_at is null
        where r.merchant_id = $1 and r.id = $2`,
      [merchantId, id],
    )
  )[0];

/** The reviews of these orders that a decision voided with them, as far as that is in force. */
export const reviewsVoidedWith = (on: Reader, decisionId: string, orders: readonly OrderKey[]): Promise<OrderKey[]> =>
  on.query(
    'brushing.reviews_voided_with',
    `select r.merchant_id as "merchantId", r.id
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, order_id)
       join review r using (merchant_id, order_id)
       join review_void v on v.merchant_id = r.merchant_id and v.review_id = r.id and v.receipt_id = $3 and v.lifted_at is null`,
    [...keyColumns(orders), decisionId],
  );

/** The reviews of these orders that count or are held. */
export const reviewsOfOrders = (on: Reader, orders: readonly OrderKey[]): Promise<OrderKey[]> =>
  on.query(
    'brushing.reviews_of_orders',
    `select r.merchant_id as "merchantId", r.id from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, order_id)
       join review r using (merchant_id, order_id) where r.status <> 'VOIDED'`,
    keyColumns(orders),
  );

/** A page of the orders that a decision was about, restored ones too, by their ids; of one merchant or buyer alone, if one is given. */
export const ordersDecided = (
  on: Reader,
  of: { readonly penaltyId: string; readonly subjectId: string | null; readonly after: string | null },
  limit: number,
): Promise<OrderKey[]> =>
  on.query(
    'brushing.orders_decided',
    `select v.merchant_id as "merchantId", v.order_id as id
       from order_void v join "order" o on o.merchant_id = v.merchant_id and o.id = v.order_id
      where v.receipt_id = $1 and ($2::uuid is null or v.merchant_id = $2 or o.buyer_id = $2)
        and ($3::uuid is null or v.order_id > $3) order by v.order_id limit $4`,
    [of.penaltyId, of.subjectId, of.after, limit],
  );

/** Orders voided in a period, and how many of these count again. */
export interface OrderNumbers {
  readonly voided: number;
  readonly detected: number; // found by a detector before a person did
  readonly automatic: number; // voided without a person
  readonly restored: number;
}
export const orderNumbers = async (on: Reader, from: Date, until: Date): Promise<OrderNumbers> =>
  (
    await on.query<OrderNumbers>(
      'brushing.numbers',
      `select count(*)::int as voided, (count(*) filter (where is_detected))::int as detected,
              (count(*) filter (where voided_by = 'SCAN'))::int as automatic, (count(*) filter (where lifted_at is not null))::int as restored
         from order_void where voided_at >= $1 and voided_at < $2`,
      [from, until],
    )
  )[0]!;
