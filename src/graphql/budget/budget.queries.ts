import type { Reader } from '../../db/tx.ts';

export interface Settled {
  readonly caller: string;
  /** In how many ms the caller's bucket is full again, when nothing more is taken; 0 or less: it is full. */
  readonly fullInMs: number;
}

/**
 * Adds to each caller's bucket what was taken, in ms that it takes to come back (less than 0: what is given back). The database's own
 * clock tells what has come back meanwhile, so that the clocks of processes need not agree. In the callers' order, or two could
 * wait for each other.
 */
export const settleBudgets = (
  sql: Reader,
  callers: readonly string[],
  takenMs: readonly number[],
): Promise<readonly Settled[]> =>
  sql.query<Settled>(
    'graphql.budget.settle',
    `with moment as (select extract(epoch from clock_timestamp())::float8 * 1000 as now)
     insert into caller_budget as b (caller, full_at)
     select t.caller, m.now + t.taken_ms from unnest($1::text[], $2::float8[]) as t (caller, taken_ms), moment m order by t.caller
     on conflict (caller) do update
       set full_at = greatest(b.full_at, extract(epoch from clock_timestamp())::float8 * 1000)
                   + (excluded.full_at - (select now from moment))
     returning caller, full_at - (select now from moment) as "fullInMs"`,
    [callers, takenMs],
  );

/** A full bucket is as good as none. */
export const sweepBudgets = (sql: Reader, limit: number): Promise<readonly unknown[]> =>
  sql.query(
    'graphql.budget.sweep',
    `delete from caller_budget where caller in (
       select caller from caller_budget where full_at < extract(epoch from clock_timestamp())::float8 * 1000 limit $1)
     and full_at < extract(epoch from clock_timestamp())::float8 * 1000 returning caller`,
    [limit],
  );
