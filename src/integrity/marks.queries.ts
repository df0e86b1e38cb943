import {
  arraysOf,
  bytea,
  copyOf,
  flag,
  float8,
  instant,
  int4,
  int8,
  jsonb,
  uuid,
  type Columns,
} from '../db/binary-rows.ts';
import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import { FAKE_GROUNDS } from '../reviews/fake-grounds.ts';

export interface FactKey {
  readonly merchantId: string;
  readonly id: string;
}

export interface OrderTraces extends FactKey {
  readonly ip: Buffer | null;
  readonly device: Buffer | null;
  readonly payment: Buffer | null;
}
export const tracesOfOrders = (on: Reader, keys: readonly FactKey[]): Promise<OrderTraces[]> =>
  on.query(
    'integrity.order_traces',
    `select o.merchant_id as "merchantId", o.id, o.ip_hash as ip, o.device_hash as device, o.payment_hash as payment
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join "order" o using (merchant_id, id)`,
    arraysOf(
      keys,
      uuid((each) => each.merchantId),
      uuid((each) => each.id),
    ),
  );

/** Behind which more reviewers were seen proves nothing: a mobile carrier's address, a library. */
const MOST_HOLDERS = 2000;

export interface AskedTrace {
  readonly kind: number;
  readonly hash: Buffer;
  readonly merchantId: string;
  readonly since: Date; // the start of the 90 days
}
export interface FoundCrowd {
  readonly place: number; // in what was asked, from 1
  readonly holders: number; // reviewers of the marketplace, those of the batch left out
  readonly siblings: number; // of this merchant, since then; those of the batch left out
  readonly knownHolders: string[]; // which of the batch's authors are among them
  readonly knownSiblings: string[];
}
/** Who reviewed from behind these traces. Of a trace that is everybody's nothing is told. */
export const crowdsBehind = (
  on: Reader,
  asked: readonly AskedTrace[],
  authors: readonly string[],
): Promise<FoundCrowd[]> =>
  on.query(
    'integrity.crowds',
    `select asked.place::int as place, crowd.* from unnest($1::smallint[], $2::bytea[], $3::uuid[], $4::timestamptz[])
         with ordinality as asked (kind, hash, merchant_id, since, place)
       cross join lateral (
         select count(distinct author_id) filter (where author_id <> all ($5::uuid[]))::int as holders,
                count(*) filter (where merchant_id = asked.merchant_id and last_at > asked.since and author_id <> all ($5::uuid[]))::int
                  as siblings,
                coalesce(array_agg(distinct author_id) filter (where author_id = any ($5::uuid[])), '{}') as "knownHolders",
                coalesce(array_agg(author_id) filter (where merchant_id = asked.merchant_id and last_at > asked.since
                                                        and author_id = any ($5::uuid[])), '{}') as "knownSiblings"
           from (select t.merchant_id, t.author_id, t.last_at from review_trace t
                  where t.kind = asked.kind and t.hash = asked.hash limit ${MOST_HOLDERS + 1}) as seen
         having count(*) between 1 and ${MOST_HOLDERS}) as crowd`,
    [
      ...columns(
        asked,
        (each) => each.kind,
        (each) => each.hash,
        (each) => each.merchantId,
        (each) => each.since,
      ),
      authors,
    ],
  );

export interface AuthorRow {
  readonly id: string;
  readonly registeredAt: Date | null;
  readonly firstOrderAt: Date | null;
  readonly lately: Date[]; // when the latest reviews were written, in the order of recording
  readonly proven: string[]; // of those, as merchant/review, which are proven fakes
}
/** `but`: reviews that are not to be told of. */
export const authorsOf = (on: Reader, ids: readonly string[], but: readonly string[]): Promise<AuthorRow[]> =>
  on.query(
    'integrity.authors',
    `select b.id, b.registered_at as "registeredAt",
            (select min(o.placed_at) from (select placed_at from "order" o where o.buyer_id = b.id order by o.id limit 20) as o)
              as "firstOrderAt",
            array(select r.occurred_at from review r where r.author_id = b.id and r.id <> all ($2::uuid[]) order by r.id desc limit 50)
              as lately,
            array(select v.merchant_id || '/' || v.review_id
                    from (select r.merchant_id, r.id, r.status from review r where r.author_id = b.id and r.id <> all ($2::uuid[])
                           order by r.id desc limit 50) as own
                    join review_void v on v.merchant_id = own.merchant_id and v.review_id = own.id
                   where own.status = 'VOIDED' and v.lifted_at is null and v.ground = any($3::text[]) order by v.voided_at, own.id) as proven
       from buyer b where b.id = any($1::uuid[])`,
    [
      ...[ids, but].flatMap((each) =>
        arraysOf(
          each,
          uuid((id) => id),
        ),
      ),
      FAKE_GROUNDS,
    ],
  );

export interface AskedWeek extends FactKey {
  readonly at: Date;
}
/** About the merchant of each review: its newcomers in the week up to then, and its reviews of 90 days before that day. */
export const weeksOf = (
  on: Reader,
  asked: readonly AskedWeek[],
): Promise<{ place: number; newcomers: number; quarter: number }[]> =>
  on.query(
    'integrity.weeks',
    `select place::int as place,
            (select count(*) from (select from review_mark m where m.merchant_id = asked.merchant_id and m.is_newcomer
                and m.occurred_at > asked.at - interval '7 days' and m.occurred_at <= asked.at and m.review_id <> asked.id limit 1000) as few)::int
              as newcomers,
            (select coalesce(sum(d.reviews_seen), 0) from day_tally d where d.subject_id = asked.merchant_id
                and d.day > floor(extract(epoch from asked.at) / 86400)::int - 90
                and d.day < floor(extract(epoch from asked.at) / 86400)::int)::int as quarter
       from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) with ordinality as asked (merchant_id, id, at, place)`,
    arraysOf(
      asked,
      uuid((each) => each.merchantId),
      uuid((each) => each.id),
      instant((each) => each.at.getTime()),
    ),
  );

export interface AskedBand {
  readonly place: number;
  readonly band: number;
  readonly at: Date;
  readonly id: string; // of the review itself
}
export interface NearText extends FactKey {
  readonly place: number;
  readonly authorId: string;
  readonly signature: Buffer;
}
/** Of each band the latest few texts that share it: what thousands say word for word costs no more. */
export const textsNear = (on: Reader, bands: readonly AskedBand[]): Promise<NearText[]> =>
  on.query(
    'integrity.texts_near',
    `select near.place, m.merchant_id as "merchantId", m.review_id as id, m.author_id as "authorId", m.signature
       from (select distinct asked.place, b.merchant_id, b.review_id
               from unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::uuid[]) as asked (place, band, at, review_id)
               cross join lateral (select b.merchant_id, b.review_id from text_band b
                                    where b.band = asked.band and b.occurred_at <= asked.at and b.review_id <> asked.review_id
                                    order by b.occurred_at desc limit 8) as b) as near
       join review_mark m on m.merchant_id = near.merchant_id and m.review_id = near.review_id
      where m.signature is not null
      order by near.place, m.merchant_id, m.review_id`,
    arraysOf(
      bands,
      int4((each) => each.place),
      int8((each) => each.band),
      instant((each) => each.at.getTime()),
      uuid((each) => each.id),
    ),
  );

export const textsOf = (on: Reader, keys: readonly FactKey[]): Promise<(FactKey & { text: string | null })[]> =>
  on.query(
    'integrity.texts',
    `select r.merchant_id as "merchantId", r.id, r.text
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join review r using (merchant_id, id)`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

/** The marketplace's habits as the last scan found them. */
export interface Habit {
  readonly reviews: number;
  readonly newcomers: number;
  readonly deliveries: number;
}
export const marketHabit = async (on: Reader): Promise<Habit | undefined> =>
  (await on.query<Habit>('integrity.habit', 'select reviews, newcomers, deliveries from market_habit'))[0];

export const lastScanAt = async (on: Reader): Promise<Date | undefined> =>
  (await on.query<{ at: Date }>('integrity.last_scan', 'select scanned_at as at from market_habit'))[0]?.at;

/** Holds the row until the transaction ends: of two scans at once, one marks after the other. */
export const lockHabit = (tx: Tx): Promise<unknown> =>
  tx.query('integrity.lock_habit', 'select id from market_habit for update');

export const saveHabit = (on: Reader, habit: Habit, scannedAt: Date): Promise<unknown> =>
  on.query(
    'integrity.save_habit',
    `insert into market_habit (id, reviews, newcomers, deliveries, scanned_at) values (1, $1, $2, $3, $4)
     on conflict (id) do update set reviews = excluded.reviews, newcomers = excluded.newcomers, deliveries = excluded.deliveries,
       scanned_at = excluded.scanned_at`,
    [habit.reviews, habit.newcomers, habit.deliveries, scannedAt],
  );

export interface NewMark extends FactKey {
  readonly authorId: string;
  readonly occurredAt: Date;
  readonly isNewcomer: boolean;
  readonly signature: Buffer | null;
  readonly bands: readonly number[];
  readonly weight: number;
  readonly evidence: readonly EvidenceRow[];
}
const MARK: Columns<NewMark> = {
  merchant_id: uuid((each) => each.merchantId),
  review_id: uuid((each) => each.id),
  author_id: uuid((each) => each.authorId),
  occurred_at: instant((each) => each.occurredAt.getTime()),
  is_newcomer: flag((each) => each.isNewcomer),
  signature: bytea((each) => each.signature),
  weight: float8((each) => each.weight),
  evidence: jsonb((each) => each.evidence),
};
export const insertMarks = (tx: Tx, marks: readonly NewMark[]): Promise<void> =>
  tx.copy(...copyOf('review_mark', MARK, marks));

const BAND: Columns<{ readonly band: number; readonly mark: NewMark }> = {
  band: int8((each) => each.band),
  occurred_at: instant((each) => each.mark.occurredAt.getTime()),
  merchant_id: uuid((each) => each.mark.merchantId),
  review_id: uuid((each) => each.mark.id),
};
export const insertBands = (tx: Tx, marks: readonly NewMark[]): Promise<void> =>
  tx.copy(
    ...copyOf(
      'text_band',
      BAND,
      marks.flatMap((mark) => mark.bands.map((band) => ({ band, mark }))),
    ),
  );

export interface NewTrace {
  readonly kind: number;
  readonly hash: Buffer;
  readonly merchantId: string;
  readonly authorId: string;
  readonly at: Date;
}
/** In the order of their keys, so that two batches never wait for each other crosswise. */
export const saveTraces = (tx: Tx, traces: readonly NewTrace[]): Promise<unknown> =>
  tx.query(
    'integrity.save_traces',
    `insert into review_trace (kind, hash, merchant_id, author_id, last_at)
     select kind, hash, merchant_id, author_id, max(at) from unnest($1::smallint[], $2::bytea[], $3::uuid[], $4::uuid[], $5::timestamptz[])
         as new (kind, hash, merchant_id, author_id, at)
      group by kind, hash, merchant_id, author_id order by kind, hash, merchant_id, author_id
     on conflict (kind, hash, merchant_id, author_id) do update set last_at = greatest(review_trace.last_at, excluded.last_at)`,
    columns(
      traces,
      (each) => each.kind,
      (each) => each.hash,
      (each) => each.merchantId,
      (each) => each.authorId,
      (each) => each.at,
    ),
  );

/** What is older explains nothing any more. */
export async function sweepMarks(tx: Tx, before: Date): Promise<void> {
  await tx.query('integrity.sweep_marks', 'delete from review_mark where occurred_at < $1', [before]);
  await tx.query('integrity.sweep_bands', 'delete from text_band where occurred_at < $1', [before]);
  await tx.query('integrity.sweep_traces', 'delete from review_trace where last_at < $1', [before]);
}
