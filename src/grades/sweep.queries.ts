import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';

/** How far a sweep of one kind of subject has come. */
export interface Sweep {
  readonly policyId: string; // by which levels are told
  readonly replacedId: string | null; // by which they were told before, until all are told anew
  readonly day: number; // on which it began, in UTC days since 1970
  readonly after: string | null; // the last subject that is done
  readonly isDone: boolean;
}

/** Held until the transaction ends: of several processes one at a time takes the next page. The first sweep begins as `first` says. */
export async function lockSweep(tx: Tx, subjectKind: SubjectKind, first: Sweep): Promise<Sweep> {
  await tx.query(
    'begin_sweep',
    `insert into grade_sweep (subject_kind, policy_id, replaced_id, day, after, is_done) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [subjectKind, first.policyId, first.replacedId, first.day, first.after, first.isDone],
  );
  const [row] = await tx.query<Sweep>(
    'lock_sweep',
    `select policy_id as "policyId", replaced_id as "replacedId", day, after, is_done as "isDone" from grade_sweep
      where subject_kind = $1 for update`,
    [subjectKind],
  );
  return row!;
}

export const saveSweep = (tx: Tx, subjectKind: SubjectKind, sweep: Sweep): Promise<unknown> =>
  tx.query(
    'save_sweep',
    `update grade_sweep set policy_id = $2, replaced_id = $3, day = $4, after = $5, is_done = $6 where subject_kind = $1`,
    [subjectKind, sweep.policyId, sweep.replacedId, sweep.day, sweep.after, sweep.isDone],
  );
