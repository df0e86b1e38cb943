import type { Reader } from '../db/tx.ts';
import type { Level } from '../scoring/levels.ts';

/** A merchant in its place; `key` is what the list is sorted by, null for those of whom there is nothing to sort by. */
export interface Listed<Key extends string | number> {
  readonly id: string;
  readonly key: Key | null;
}

/** Which merchants to list. Levels are those of the last change; a standing that no change has touched fades unseen. */
export interface Selection {
  readonly policyId: string;
  readonly levels: readonly Level[] | null; // null: any
  readonly limit: number;
}

/**
 * What comes after the place ($2, $3), up to $5: two ranges of an index, so that ties cost no more than others. `downwards` is
 * how that index has the column.
 */
const after = (column: string, id: string, downwards: string, rows: string): string => `
  (select ${id} as id, ${column} as key from ${rows} and ${column} = $2 and ${id} > $3 order by ${id} limit $5)
  union all
  (select ${id}, ${column} from ${rows} and ${column} < $2 order by ${column} ${downwards}, ${id} limit $5)
  order by key ${downwards}, id limit $5`;

/** The best first. `least`: no merchant of the levels asked for has a lower low score. */
export const byScore = (
  sql: Reader,
  { policyId, levels, limit }: Selection,
  from: { readonly key: number; readonly id: string },
  least: number,
): Promise<Listed<number>[]> =>
  sql.query(
    'directory.by-score',
    after(
      's.low_score',
      's.subject_id',
      'desc',
      `standing s where s.subject_kind = 0 and s.policy_id = $1 and s.low_score >= $6
         and ($4::text[] is null or s.level = any($4))`,
    ),
    [policyId, from.key, from.id, levels, limit, least],
  );

/** The highest average of stars first. */
export const byRating = (
  sql: Reader,
  { policyId, levels, limit }: Selection,
  from: { readonly key: number; readonly id: string },
): Promise<Listed<number>[]> =>
  sql.query(
    'directory.by-rating',
    after(
      't.average',
      't.subject_id',
      'desc nulls last',
      `tally t left join standing s on s.subject_id = t.subject_id and s.policy_id = $1
        where t.subject_kind = 0 and ($4::text[] is null or coalesce(s.level, 'NOT_RATED') = any($4))`,
    ),
    [policyId, from.key, from.id, levels, limit],
  );

/** By name, or by the platform's own id where no name was told. */
export const byName = (
  sql: Reader,
  { policyId, levels, limit }: Selection,
  from: { readonly key: string; readonly id: string },
): Promise<Listed<string>[]> =>
  sql.query(
    'directory.by-name',
    `select m.id, coalesce(m.name, m.external_id) as key
       from merchant m left join standing s on s.subject_id = m.id and s.policy_id = $1
      where (coalesce(m.name, m.external_id), m.id) > ($2, $3)
        and ($4::text[] is null or coalesce(s.level, 'NOT_RATED') = any($4))
      order by coalesce(m.name, m.external_id), m.id limit $5`,
    [policyId, from.key, from.id, levels, limit],
  );

/** Those of whom nothing was ever entered, who have no standing. */
export const withoutStanding = (
  sql: Reader,
  policyId: string,
  afterId: string,
  limit: number,
): Promise<Listed<number>[]> =>
  sql.query(
    'directory.without-standing',
    `select m.id, null as key from merchant m
      where m.id > $2 and not exists (select from standing s where s.subject_id = m.id and s.subject_id > $2 and s.policy_id = $1)
      order by m.id limit $3`,
    [policyId, afterId, limit],
  );

/** Those without a counted review. */
export const withoutRating = (
  sql: Reader,
  { policyId, levels, limit }: Selection,
  afterId: string,
): Promise<Listed<number>[]> =>
  sql.query(
    'directory.without-rating',
    `select m.id, null as key from merchant m
       left join standing s on s.subject_id = m.id and s.subject_id > $2 and s.policy_id = $1
      where m.id > $2
        and not exists (select from tally t where t.subject_id = m.id and t.subject_id > $2 and t.average is not null)
        and ($3::text[] is null or coalesce(s.level, 'NOT_RATED') = any($3))
      order by m.id limit $4`,
    [policyId, afterId, levels, limit],
  );
