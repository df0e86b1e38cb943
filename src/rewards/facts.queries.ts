import { columns } from '../db/columns.ts';
import type { Reader } from '../db/tx.ts';

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export interface Place {
  readonly placeId: string;
  readonly id: string;
}

const places = (asked: readonly Place[]): string[] =>
  columns(
    asked,
    (each) => each.placeId,
    (each) => each.id,
  );

/** When reviews were answered; none for those that were not. */
export const repliesTo = (
  on: Reader,
  reviews: readonly Place[],
): Promise<{ readonly id: string; readonly repliedAt: number }[]> =>
  on.query(
    'rewards.replies',
    `select r.review_id as id, ${ms('r.replied_at')} as "repliedAt"
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id) join review_reply r using (merchant_id, review_id)`,
    places(reviews),
  );

export interface ExpiringRow extends Place {
  readonly ownerId: string;
  readonly expiresAt: number;
  readonly statedAt: number;
  readonly replacedAt: number | null;
}

/** Qualifications that expire. */
export const expiring = (on: Reader, asked: readonly Place[]): Promise<ExpiringRow[]> =>
  on.query(
    'rewards.qualifications',
    `select q.subject_id as "placeId", q.id, q.owner_id as "ownerId", ${ms('q.expires_at')} as "expiresAt",
            ${ms('q.stated_at')} as "statedAt", ${ms('q.replaced_at')} as "replacedAt"
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, id) join qualification q using (subject_id, id)
      where q.expires_at is not null`,
    places(asked),
  );

/** A hand-over, and how many up to it are looked at. */
export interface StreakAsked {
  readonly ask: number;
  readonly merchantId: string;
  readonly id: string;
  readonly shippedAt: Date;
  readonly rule: string;
  readonly orders: number;
}

export interface Handover {
  readonly ask: number;
  readonly id: string;
  readonly isOnTime: boolean;
  readonly isUsed: boolean; // it is in a streak of the rule already
}

/** The merchant's hand-overs up to one, the last first, of the orders that were promised for a day. */
export const handoversUpTo = (on: Reader, asked: readonly StreakAsked[]): Promise<Handover[]> =>
  on.query(
    'rewards.handovers',
    `select asked.ask, h.id, h.on_time as "isOnTime",
            exists (select from reward_streak s
                     where s.subject_id = asked.merchant_id and s.rule = asked.rule and s.fact_id = h.id) as "isUsed"
       from unnest($1::int[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::int[])
              as asked (ask, merchant_id, id, shipped_at, rule, orders)
      cross join lateral (
        select o.id, o.shipped_at, o.shipped_at <= o.ship_by as on_time from "order" o
         where o.merchant_id = asked.merchant_id and o.shipped_at is not null and o.ship_by is not null and o.voided_at is null
           and (o.shipped_at, o.id) <= (asked.shipped_at, asked.id)
         order by o.shipped_at desc, o.id desc limit asked.orders) h
      order by asked.ask, h.shipped_at desc, h.id desc`,
    columns(
      asked,
      (each) => each.ask,
      (each) => each.merchantId,
      (each) => each.id,
      (each) => each.shippedAt,
      (each) => each.rule,
      (each) => each.orders,
    ),
  );

/** The hand-overs that completed the streaks in which these are. */
export const streaksWith = (
  on: Reader,
  orders: readonly Place[],
  rules: readonly string[],
): Promise<{ readonly placeId: string; readonly id: string }[]> =>
  on.query(
    'rewards.streaks-with',
    `select distinct s.subject_id as "placeId", s.completed_by as id
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, fact_id)
      cross join unnest($3::text[]) as named (key)
       join reward_streak s on s.subject_id = asked.subject_id and s.rule = named.key and s.fact_id = asked.fact_id`,
    [...places(orders), rules],
  );
