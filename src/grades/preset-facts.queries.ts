import { columns } from '../db/columns.ts';
import type { Reader } from '../db/tx.ts';
import { ORDER_BASES, ORDER_FAULTS, type OrderBase, type OrderFault } from '../scoring/preset-facts.ts';

/** A merchant, and since when its orders are asked for: the start of a day. */
export interface AskedMerchant {
  readonly merchantId: string;
  readonly since: Date;
}

/** At which coordinates: what had happened by `asOf`, as far as it was known at `knownAt`; null: now, and the rows tell by themselves. */
export interface FactsAt {
  readonly asOf: Date;
  readonly knownAt: Date | null;
}

/** UTC days since 1970, whatever the session's time zone. */
const day = (instant: string): string => `((${instant} at time zone 'UTC')::date - date '1970-01-01')`;
const asked = (merchants: readonly AskedMerchant[]): string[] =>
  columns(
    merchants,
    (each) => each.merchantId,
    (each) => each.since,
  );

/** Placed by $3, and known and not void at $4: one that counts again since may have been. */
const ORDER_COUNTS = `o.placed_at <= $3 and o.recorded_at <= coalesce($4::timestamptz, 'infinity')
  and (o.voided_at is null or o.voided_at > $4)
  and ($4::timestamptz is null or not exists (
    select from order_void v where v.merchant_id = o.merchant_id and v.order_id = o.id and v.voided_at <= $4 and v.lifted_at > $4))`;
const WITHDRAWN = `coalesce(o.cancelled_at <= $3 and o.cancelled_by <> 'SELLER', false)`;

export interface ReachRow {
  readonly merchantId: string;
  readonly recent: number; // orders since then, counted up to `enough`
  readonly firstDay: number | null; // of the first order ever
}

/** How many orders there are of late, which decides how far back to look. Reads an index, and of its rows at most `enough`. */
export const reachOf = (
  sql: Reader,
  merchants: readonly AskedMerchant[],
  { asOf, knownAt }: FactsAt,
  enough: number,
  onlySales: boolean,
): Promise<ReachRow[]> =>
  sql.query(
    'preset.reach',
    `select asked.merchant_id as "merchantId",
            (select count(*)::int from (
               select from "order" o
                where o.merchant_id = asked.merchant_id and o.placed_at >= asked.since and ${ORDER_COUNTS}
                  and not ($6::boolean and ${WITHDRAWN}) limit $5) as recent) as recent,
            (select ${day('o.placed_at')} from "order" o where o.merchant_id = asked.merchant_id and ${ORDER_COUNTS}
              order by o.placed_at limit 1) as "firstDay"
       from unnest($1::uuid[], $2::timestamptz[]) as asked (merchant_id, since)`,
    [...asked(merchants), asOf, knownAt, enough, onlySales],
  );

/** The ledger had this posting of the order at $4. Only asked of orders with a fault, and only for the past. */
const posted = (kind: number): string => `($4::timestamptz is null or coalesce((
  select p.revision % 2 = 0 from posting p
   where p.subject_id = o.merchant_id and p.fact_id = o.id and p.kind = ${kind} and p.recorded_at <= $4
   order by p.revision desc limit 1), false))`;

const LATE_DELIVERY = `(o.delivered_at <= $3 and o.delivered_at > o.deliver_by and ${posted(2)})`;
const FAULTS: Readonly<Record<OrderFault, string>> = {
  LATE_HANDOVER: `o.shipped_at <= $3 and o.shipped_at > o.ship_by and ${posted(4)}`,
  LATE_DELIVERY,
  LATE_SHIPMENT: `${LATE_DELIVERY} and not coalesce(o.shipped_at <= o.ship_by, false)`,
  CANCELLED_BY_SELLER: `o.cancelled_at <= $3 and o.cancelled_by = 'SELLER' and ${posted(5)}`,
  DISPUTE_LOST: `o.dispute_closed_at <= $3 and o.dispute_lost_by = 'MERCHANT' and ${posted(6)}`,
  CHARGEBACK_LOST: `o.chargeback_at <= $3 and o.chargeback_lost_by = 'MERCHANT' and ${posted(6)}`,
  REFUNDED_FOR_FAULT: `o.refunds <> '[]' and exists (
    select from jsonb_to_recordset(o.refunds) as refund (at float8, cause text)
     where refund.cause <> 'CHANGED_MIND' and refund.at <= extract(epoch from $3::timestamptz) * 1000)`,
  NEGATIVE_FEEDBACK: `bad.order_id is not null`,
  UNTRACKED: `o.shipped_at <= $3 and coalesce(btrim(o.tracking), '') = ''`,
};
const BASES: Readonly<Record<OrderBase, string>> = {
  ORDERS: 'true',
  SALES: `not ${WITHDRAWN}`,
  SHIPPED: 'o.shipped_at <= $3',
  HANDOVER_PROMISED: 'o.shipped_at <= $3 and o.ship_by is not null',
  DELIVERY_PROMISED: 'o.delivered_at <= $3 and o.deliver_by is not null',
};
const bits = <Name extends string>(names: readonly Name[], conditions: Readonly<Record<Name, string>>): string =>
  names.map((name, bit) => `(coalesce(${conditions[name]}, false)::int << ${bit})`).join(' | ');
const countOf = (base: OrderBase): string =>
  `count(*) filter (where bases & ${1 << ORDER_BASES.indexOf(base)} <> 0)::int`;

/** A review counts: by its row now, by the ledger in the past. 7 to 13 are the posting kinds of a merchant's reviews and ratings. */
const REVIEW_COUNTS = `case when $4::timestamptz is null then r.status = 'COUNTED' and r.retracted_at is null
  else coalesce((select p.revision % 2 = 0 and not p.is_held from posting p
                  where p.subject_id = r.merchant_id and p.fact_id = r.id and p.kind between 7 and 13 and p.recorded_at <= $4
                  order by p.revision desc limit 1), false) end`;

/** An order with a fault: bits of faults and of bases, the buyer, and the days of what was late: due, done; due, done; cancelled. */
export type FaultyCell = readonly [
  faults: number,
  bases: number,
  buyer: string,
  handoverDue: number | null,
  handedOver: number | null,
  deliveryDue: number | null,
  delivered: number | null,
  cancelled: number | null,
];

/** A day of a merchant; or, without a day, how many different buyers there were in all of them. */
export interface OrderDayRow {
  readonly merchantId: string;
  readonly day: number | null;
  readonly orders: readonly number[]; // in the order of ORDER_BASES
  readonly revenue: number;
  readonly revenueOrders: number;
  readonly buyers: number;
  readonly faulty: readonly FaultyCell[] | null;
}

/** One scan of each merchant's orders in its window, by the index on when they were placed. */
export const orderDays = (
  sql: Reader,
  merchants: readonly AskedMerchant[],
  { asOf, knownAt }: FactsAt,
  want: { readonly faults: number; readonly feedback: boolean; readonly currency: string | null },
): Promise<OrderDayRow[]> =>
  sql.query(
    'preset.order-days',
    `with bad as materialized (
       select r.merchant_id, r.order_id from unnest($1::uuid[], $2::timestamptz[]) as asked (merchant_id, since)
         join review r on r.merchant_id = asked.merchant_id and r.occurred_at >= asked.since and r.occurred_at <= $3
        where $6::boolean and r.stars <= 2 and r.order_id is not null and ${REVIEW_COUNTS}),
     story as materialized (
       select o.merchant_id, ${day('o.placed_at')} as day, o.buyer_id, (${bits(ORDER_BASES, BASES)}) as bases,
              (${bits(ORDER_FAULTS, FAULTS)}) & $5::int as faults, o.currency, o.amount,
              o.ship_by, o.shipped_at, o.deliver_by, o.delivered_at, o.cancelled_at
         from unnest($1::uuid[], $2::timestamptz[]) as asked (merchant_id, since)
         join "order" o on o.merchant_id = asked.merchant_id and o.placed_at >= asked.since and ${ORDER_COUNTS}
         left join bad on bad.merchant_id = o.merchant_id and bad.order_id = o.id)
     select merchant_id as "merchantId", day, array[${ORDER_BASES.map(countOf).join(', ')}] as orders,
            coalesce(sum(amount) filter (where currency = $7 and bases & 2 <> 0), 0)::float8 as revenue,
            count(*) filter (where currency = $7 and bases & 2 <> 0)::int as "revenueOrders", 0 as buyers,
            json_agg(json_build_array(faults, bases, buyer_id, ${day('ship_by')}, ${day('shipped_at')}, ${day('deliver_by')},
                                      ${day('delivered_at')}, ${day('cancelled_at')})) filter (where faults <> 0) as faulty
       from story group by merchant_id, day
     union all
     select merchant_id, null, '{}', 0, 0, count(*)::int, null
       from (select distinct merchant_id, buyer_id from story where bases & 2 <> 0) as buyers group by merchant_id`,
    [...asked(merchants), asOf, knownAt, want.faults, want.feedback, want.currency],
  );

/** So many months of buyers with so many ratings of each sort; or, without a sort, all raters and the first day. */
export interface RatingPatternRow {
  readonly merchantId: string;
  readonly good: number | null;
  readonly neutral: number | null;
  readonly bad: number | null;
  readonly times: number;
  readonly firstDay: number | null;
}

const COUNTED_REVIEWS = `review r where r.merchant_id = any($1::uuid[]) and r.occurred_at <= $3 and ${REVIEW_COUNTS}`;

export const ratingPatterns = (
  sql: Reader,
  merchantIds: readonly string[],
  { asOf, knownAt }: FactsAt,
  stars: { readonly goodFrom: number; readonly badTo: number },
): Promise<RatingPatternRow[]> =>
  sql.query(
    'preset.rating-patterns',
    `with months as materialized (
       select r.merchant_id, r.author_id, count(*) filter (where r.stars >= $2)::int as good, count(*)::int as given,
              count(*) filter (where r.stars <= $5)::int as bad, min(r.occurred_at) as first_at
         from ${COUNTED_REVIEWS}
        group by r.merchant_id, r.author_id, date_trunc('month', r.occurred_at at time zone 'UTC'))
     select merchant_id as "merchantId", good, given - good - bad as neutral, bad, count(*)::int as times, null::int as "firstDay"
       from months group by merchant_id, good, given, bad
     union all
     select merchant_id, null, null, null, count(*)::int, ${day('min(first_at)')}
       from (select merchant_id, min(first_at) as first_at from months group by merchant_id, author_id) as raters group by merchant_id`,
    [merchantIds, stars.goodFrom, asOf, knownAt, stars.badTo],
  );

/** What reviews since $2 say of the sides of a deal, in the order of the dimensions. */
export interface DimensionsRow {
  readonly merchantId: string;
  readonly counts: readonly number[];
  readonly sums: readonly number[];
  readonly raters: readonly number[];
}

const eachDimension = (write: (column: string) => string): string =>
  `array[${['description', 'service', 'logistics'].map((name) => write(`r.${name}`)).join(', ')}]`;

export const dimensionsSince = (
  sql: Reader,
  merchantIds: readonly string[],
  since: Date,
  { asOf, knownAt }: FactsAt,
): Promise<DimensionsRow[]> =>
  sql.query(
    'preset.dimensions',
    `select r.merchant_id as "merchantId", ${eachDimension((c) => `count(${c})::int`)} as counts,
            ${eachDimension((c) => `coalesce(sum(${c}), 0)::int`)} as sums,
            ${eachDimension((c) => `count(distinct r.author_id) filter (where ${c} is not null)::int`)} as raters
       from ${COUNTED_REVIEWS} and r.occurred_at >= $2 group by r.merchant_id`,
    [merchantIds, since, asOf, knownAt],
  );

/** A day's reviews by stars, one star first; or, without a day, all raters. */
export interface StarDayRow {
  readonly merchantId: string;
  readonly day: number | null;
  readonly stars: readonly number[];
  readonly raters: number;
}

export const starDays = (
  sql: Reader,
  merchantIds: readonly string[],
  { asOf, knownAt }: FactsAt,
): Promise<StarDayRow[]> =>
  sql.query(
    'preset.star-days',
    `with counted as materialized (
       select r.merchant_id, ${day('r.occurred_at')} as day, r.author_id, r.stars
         from review r where r.merchant_id = any($1::uuid[]) and r.occurred_at <= $2 and ${REVIEW_COUNTS.replaceAll('$4', '$3')})
     select merchant_id as "merchantId", day,
            array[${[1, 2, 3, 4, 5].map((stars) => `count(*) filter (where stars = ${stars})::int`).join(', ')}] as stars, 0 as raters
       from counted group by merchant_id, day
     union all
     select merchant_id, null, '{}', count(*)::int
       from (select distinct merchant_id, author_id from counted) as raters group by merchant_id`,
    [merchantIds, asOf, knownAt],
  );
