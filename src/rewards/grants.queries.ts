import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { FactPlace } from '../evidence/changed-facts.ts';
import type { Level } from '../scoring/levels.ts';
import type { Payee } from './rules.ts';

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** What a fact gave a subject by a rule. */
export interface GrantRow {
  readonly subjectId: string;
  readonly factId: string;
  readonly rule: string;
  readonly factKind: FactPlace['kind'];
  readonly version: number;
  readonly points: number;
  readonly transferId: string | null;
  readonly revision: number; // even: it counts
}

/** The grants of these facts. Whose they may be is given too, so that each is looked up where it lies. */
export const grantsOf = (
  on: Reader,
  asked: readonly { readonly subjectId: string; readonly factId: string }[],
): Promise<GrantRow[]> =>
  on.query(
    'rewards.grants',
    `select g.subject_id as "subjectId", g.fact_id as "factId", g.rule, g.fact_kind as "factKind", g.rules_version as version,
            g.points, g.transfer_id as "transferId", g.revision
       from unnest($1::uuid[], $2::uuid[]) as asked (subject_id, fact_id) join reward_grant g using (subject_id, fact_id)
      order by g.subject_id, g.fact_id, g.rule`,
    columns(
      asked,
      (each) => each.subjectId,
      (each) => each.factId,
    ),
  );

/** Streaks of which a hand-over does not count any more. */
export const brokenStreaks = (
  on: Reader,
  asked: readonly GrantRow[],
): Promise<{ readonly subjectId: string; readonly factId: string; readonly rule: string }[]> =>
  on.query(
    'rewards.broken-streaks',
    `select distinct g.subject_id as "subjectId", g.fact_id as "factId", g.rule
       from unnest($1::uuid[], $2::uuid[], $3::text[]) as asked (subject_id, fact_id, rule)
       join reward_grant g using (subject_id, fact_id, rule)
      cross join unnest(g.member_ids) as member
       join "order" o on o.merchant_id = g.subject_id and o.id = member
      where o.voided_at is not null`,
    columns(
      asked,
      (each) => each.subjectId,
      (each) => each.factId,
      (each) => each.rule,
    ),
  );

/** A grant as it is first booked. */
export interface NewGrant {
  readonly subjectId: string;
  readonly fact: FactPlace;
  readonly rule: string;
  readonly subjectKind: Payee;
  readonly counterpartyId: string | null;
  readonly version: number;
  readonly points: number;
  readonly fullPoints: number;
  readonly limitedBy: string | null;
  readonly campaign: string | null;
  readonly memberIds: readonly string[] | null;
  readonly occurredAt: number;
  readonly transferId: string | null;
}

export const addGrants = (tx: Tx, grants: readonly NewGrant[], now: Date): Promise<unknown> =>
  tx.query(
    'rewards.add-grants',
    `insert into reward_grant (subject_id, fact_id, rule, fact_kind, place_id, subject_kind, counterparty_id, rules_version, points,
       full_points, limited_by, campaign, member_ids, occurred_at, transfer_id, booked_at)
     select subject_id, fact_id, rule, fact_kind, place_id, subject_kind, counterparty_id, rules_version, points, full_points,
       limited_by, campaign, member_ids::uuid[], occurred_at, transfer_id, $16
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::int[], $9::bigint[],
         $10::bigint[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::uuid[])
         as new (subject_id, fact_id, rule, fact_kind, place_id, subject_kind, counterparty_id, rules_version, points, full_points,
         limited_by, campaign, member_ids, occurred_at, transfer_id)`,
    [
      ...columns(
        grants,
        (each) => each.subjectId,
        (each) => each.fact.id,
        (each) => each.rule,
        (each) => each.fact.kind,
        (each) => each.fact.placeId,
        (each) => each.subjectKind,
        (each) => each.counterpartyId,
        (each) => each.version,
        (each) => each.points,
        (each) => each.fullPoints,
        (each) => each.limitedBy,
        (each) => each.campaign,
        (each) => each.memberIds && `{${each.memberIds.join(',')}}`,
        (each) => new Date(each.occurredAt),
        (each) => each.transferId,
      ),
      now,
    ],
  );

export const addStreaks = (tx: Tx, grants: readonly NewGrant[]): Promise<unknown> =>
  tx.query(
    'rewards.add-streaks',
    `insert into reward_streak (subject_id, rule, fact_id, completed_by)
     select subject_id, rule, member, fact_id
       from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) as new (subject_id, rule, fact_id, members)
      cross join unnest(new.members::uuid[]) as member`,
    columns(
      grants,
      (each) => each.subjectId,
      (each) => each.rule,
      (each) => each.fact.id,
      (each) => `{${(each.memberIds ?? []).join(',')}}`,
    ),
  );

/** Taken back, or given again; each has the transfer that did it. */
export const turnGrants = (
  tx: Tx,
  grants: readonly Pick<GrantRow, 'subjectId' | 'factId' | 'rule' | 'transferId'>[],
): Promise<unknown> =>
  tx.query(
    'rewards.turn-grants',
    `update reward_grant g set revision = g.revision + 1, transfer_id = turned.transfer_id
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) as turned (subject_id, fact_id, rule, transfer_id)
      where g.subject_id = turned.subject_id and g.fact_id = turned.fact_id and g.rule = turned.rule`,
    columns(
      grants,
      (each) => each.subjectId,
      (each) => each.factId,
      (each) => each.rule,
      (each) => each.transferId,
    ),
  );

export interface DaySum {
  readonly subjectId: string;
  readonly day: number;
  readonly rule: string;
  readonly points: number;
}

/** What subjects have earned on UTC days, by rule; of grants that count. */
export const givenOnDays = (
  on: Reader,
  asked: readonly { readonly subjectId: string; readonly day: number }[],
): Promise<DaySum[]> =>
  on.query(
    'rewards.given-on-days',
    `select asked.subject_id as "subjectId", asked.day, g.rule, sum(g.points)::bigint as points
       from unnest($1::uuid[], $2::int[]) as asked (subject_id, day)
       join reward_grant g on g.subject_id = asked.subject_id
        and g.occurred_at >= to_timestamp(asked.day * 86400::float8) and g.occurred_at < to_timestamp((asked.day + 1) * 86400::float8)
      where g.points > 0 and g.revision % 2 = 0 group by asked.subject_id, asked.day, g.rule`,
    columns(
      asked,
      (each) => each.subjectId,
      (each) => each.day,
    ),
  );

export interface PairAsked {
  readonly subjectId: string;
  readonly counterpartyId: string;
  readonly rule: string;
  readonly from: Date;
  readonly until: Date;
}

export interface PairGrant {
  readonly subjectId: string;
  readonly counterpartyId: string;
  readonly rule: string;
  readonly occurredAt: number;
  readonly points: number;
}

/** What a rule gave subjects with a counterparty around a time; of grants that count. */
export const givenWithPairs = (on: Reader, asked: readonly PairAsked[]): Promise<PairGrant[]> =>
  on.query(
    'rewards.given-with-pairs',
    `select g.subject_id as "subjectId", g.counterparty_id as "counterpartyId", g.rule, ${ms('g.occurred_at')} as "occurredAt", g.points
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])
              as asked (subject_id, counterparty_id, rule, since, until)
       join reward_grant g on g.subject_id = asked.subject_id and g.counterparty_id = asked.counterparty_id and g.rule = asked.rule
        and g.occurred_at > asked.since and g.occurred_at < asked.until
      where g.points > 0 and g.revision % 2 = 0`,
    columns(
      asked,
      (each) => each.subjectId,
      (each) => each.counterpartyId,
      (each) => each.rule,
      (each) => each.from,
      (each) => each.until,
    ),
  );

/** The levels of subjects as they were last written, under the policies that apply where none is named. */
export const levelsOf = (
  on: Reader,
  subjectIds: readonly string[],
  policyIds: readonly string[],
): Promise<{ readonly subjectId: string; readonly level: Level }[]> =>
  on.query(
    'rewards.levels',
    `select subject_id as "subjectId", level from standing where subject_id = any($1::uuid[]) and policy_id = any($2::uuid[])`,
    [subjectIds, policyIds],
  );
