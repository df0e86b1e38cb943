import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { FactKey } from './marks.queries.ts';

/** A buyer's account that has the merchant's own name on the marketplace: the same one, on both sides of the counter. */
export interface OwnAccount {
  readonly merchantId: string;
  readonly buyerId: string;
}
export const ownAccounts = (
  on: Reader,
  merchantIds: readonly string[],
  buyerIds: readonly string[],
): Promise<OwnAccount[]> =>
  on.query(
    'integrity.own_accounts',
    `select m.id as "merchantId", b.id as "buyerId" from merchant m join buyer b using (external_id) where m.id = any($1::uuid[])
      union
     select m.id, b.id from buyer b join merchant m using (external_id) where b.id = any($2::uuid[])`,
    [merchantIds, buyerIds],
  );

export interface MerchantTrace {
  readonly merchantId: string;
  readonly kind: number; // as in review_trace
  readonly hash: Buffer;
  readonly knownSince: Date;
}
const MOST_TRACES = 1000; // of all merchants that a batch asks about

const TRACE = `t.merchant_id as "merchantId", t.kind, t.hash, t.known_since as "knownSince"`;

export const tracesOfMerchants = (on: Reader, merchantIds: readonly string[]): Promise<MerchantTrace[]> =>
  on.query(
    'integrity.traces_of_merchants',
    `select ${TRACE} from merchant_trace t where t.merchant_id = any($1::uuid[]) order by 1, 2, 3 limit ${MOST_TRACES}`,
    [merchantIds],
  );

/** Whose these traces are. */
export const merchantsBehind = (
  on: Reader,
  traces: readonly { readonly kind: number; readonly hash: Buffer }[],
): Promise<MerchantTrace[]> =>
  on.query(
    'integrity.merchants_behind',
    `select distinct ${TRACE} from unnest($1::smallint[], $2::bytea[]) as asked (kind, hash) join merchant_trace t using (kind, hash)
      order by 1, 2, 3 limit ${MOST_TRACES}`,
    columns(
      traces,
      (each) => each.kind,
      (each) => each.hash,
    ),
  );

/** Told twice, a trace is known since the earlier of the two. */
export const saveMerchantTraces = (tx: Tx, traces: readonly MerchantTrace[]): Promise<unknown> =>
  tx.query(
    'integrity.save_merchant_traces',
    `insert into merchant_trace (merchant_id, kind, hash, known_since)
     select merchant_id, kind, hash, min(at) from unnest($1::uuid[], $2::smallint[], $3::bytea[], $4::timestamptz[])
         as new (merchant_id, kind, hash, at)
      group by merchant_id, kind, hash order by merchant_id, kind, hash
     on conflict (merchant_id, kind, hash) do update set known_since = least(merchant_trace.known_since, excluded.known_since)`,
    columns(
      traces,
      (each) => each.merchantId,
      (each) => each.kind,
      (each) => each.hash,
      (each) => each.knownSince,
    ),
  );

export interface AccountOrder extends FactKey {
  readonly buyerId: string;
  readonly placedAt: Date;
  readonly device: Buffer | null;
  readonly payment: Buffer | null;
  readonly ip: Buffer | null;
}
/** The latest orders of these accounts, fifty of each. `but`: orders that are not to be told of, nor to stand in the place of others. */
export const ordersOfAccounts = (
  on: Reader,
  buyerIds: readonly string[],
  but: readonly { readonly id: string }[],
): Promise<AccountOrder[]> =>
  on.query(
    'integrity.orders_of_accounts',
    `select o.merchant_id as "merchantId", o.id, o.buyer_id as "buyerId", o.placed_at as "placedAt", o.device_hash as device,
            o.payment_hash as payment, o.ip_hash as ip
       from unnest($1::uuid[]) as asked (buyer_id)
       cross join lateral (select * from "order" o where o.buyer_id = asked.buyer_id and o.id <> all ($2::uuid[])
                           order by o.id desc limit 50) as o`,
    [buyerIds, but.map(({ id }) => id)],
  );

export interface AskedReturn {
  readonly place: number;
  readonly merchantId: string; // who was reviewed
  readonly shopId: string; // the reviewer's own
  readonly at: Date;
}
export interface FoundReturn extends FactKey {
  readonly place: number;
  readonly authorId: string;
  readonly valence: number; // in units of 1e-8
}
/**
 * The latest review, in the 90 days before, of the reviewer's own shop by the merchant: by its own account, or by one that came from behind
 * its own device or payment instrument.
 */
export const reviewsInReturn = (on: Reader, asked: readonly AskedReturn[]): Promise<FoundReturn[]> =>
  on.query(
    'integrity.in_return',
    `select asked.place, r.merchant_id as "merchantId", r.id, r.author_id as "authorId", r.valence
       from unnest($1::int[], $2::uuid[], $3::uuid[], $4::timestamptz[]) as asked (place, merchant_id, shop_id, at)
       cross join lateral (
         select r.merchant_id, r.id, r.author_id, r.valence from review r
          where r.author_id in (
              select b.id from merchant m join buyer b using (external_id) where m.id = asked.merchant_id
               union
              select t.author_id from merchant_trace own
                join review_trace t on t.kind = own.kind and t.hash = own.hash and t.merchant_id = asked.shop_id
               where own.merchant_id = asked.merchant_id and own.kind <= 2)
            and r.merchant_id = asked.shop_id and r.status in ('COUNTED', 'HELD') and not r.is_network_rating
            and r.occurred_at <= asked.at and r.occurred_at > asked.at - interval '90 days'
          order by r.occurred_at desc, r.id limit 1) as r`,
    columns(
      asked,
      (each) => each.place,
      (each) => each.merchantId,
      (each) => each.shopId,
      (each) => each.at,
    ),
  );
