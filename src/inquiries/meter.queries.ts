import type { Reader } from '../db/tx.ts';
import type { Agreement } from './terms.ts';

/** What a partner has taken out: on which UTC day, and what it could still take at once at that instant. */
export interface Meter {
  readonly day: string; // YYYY-MM-DD
  readonly used: number;
  readonly leftAtOnce: number;
  readonly countedAt: Date;
}

/** The values of $1 to $5 in `metered`. */
export const meterValues = ({ partnerId, terms }: Agreement, now: Date): readonly unknown[] => [
  partnerId,
  now.toISOString().slice(0, 10),
  terms.pullsPerDay,
  terms.burst,
  now,
];

const USED = 'case when m.day >= excluded.day then m.used else 0 end';
/** As many as the burst flow back within a minute. Clocks of processes may differ: none turns it back. */
const LEFT = `least($4::float8, m.left_at_once + $4 * greatest(0, extract(epoch from excluded.counted_at - m.counted_at)) / 60)`;

/**
 * A part of a statement: counts the `pulls` of a part named `counted` against the quota of the day and, where they are asked for at once,
 * the burst. It has a row if they were within; if not, nothing is counted. Statements of one partner wait for each other at this row.
 */
export function metered(how: 'AT_ONCE' | 'OVER_THE_DAY'): string {
  const [taken, isWithin, isLeft] =
    how === 'AT_ONCE' ? ['pulls', 'pulls <= $4::bigint', `and ${LEFT} >= excluded.used`] : ['0', 'true', ''];
  const left = how === 'AT_ONCE' ? `${LEFT} - excluded.used` : LEFT;
  return `metered as (
    insert into partner_meter as m (partner_id, day, used, left_at_once, counted_at)
    select $1, $2::date, pulls, $4::float8 - ${taken}, $5 from counted where pulls > 0 and pulls <= $3::bigint and ${isWithin}
    on conflict (partner_id) do update
      set day = greatest(m.day, excluded.day), used = ${USED} + excluded.used, left_at_once = ${left},
          counted_at = greatest(m.counted_at, excluded.counted_at)
      where ${USED} + excluded.used <= $3 ${isLeft}
    returning 1)`;
}

export const metersOf = (sql: Reader, partnerIds: readonly string[]): Promise<(Meter & { partnerId: string })[]> =>
  sql.query(
    'meter.of',
    `select partner_id as "partnerId", day::text, used, left_at_once as "leftAtOnce", counted_at as "countedAt"
       from partner_meter where partner_id = any($1::uuid[])`,
    [partnerIds],
  );
