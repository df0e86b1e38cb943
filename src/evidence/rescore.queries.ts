import { columns } from '../db/columns.ts';
import type { Tx } from '../db/tx.ts';

/** The next subjects with a level under either policy, in id order. */
export const nextRated = (
  tx: Tx,
  policyId: string,
  otherId: string | null,
  after: string,
  limit: number,
): Promise<{ id: string }[]> =>
  tx.query(
    'next_rated',
    `(select subject_id as id from standing where policy_id = $1 and subject_id > $3::uuid and level <> 'NOT_RATED'
       order by subject_id limit $4)
     union
     (select subject_id from standing where policy_id = $2 and subject_id > $3::uuid and level <> 'NOT_RATED'
       order by subject_id limit $4)
     order by id limit $4`,
    [policyId, otherId, after, limit],
  );

export interface Rescored {
  readonly subjectId: string;
  readonly policyId: string;
  readonly level: string;
  readonly score: number | null;
  readonly lowScore: number;
}
export const updateScores = (tx: Tx, rows: readonly Rescored[]): Promise<unknown> =>
  tx.query(
    'update_scores',
    `update standing set level = new.level, score = new.score, low_score = new.low_score
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::float8[])
         as new (subject_id, policy_id, level, score, low_score)
      where standing.subject_id = new.subject_id and standing.policy_id = new.policy_id`,
    columns(
      rows,
      (each) => each.subjectId,
      (each) => each.policyId,
      (each) => each.level,
      (each) => each.score,
      (each) => each.lowScore,
    ),
  );
