import type { Tx } from '../db/tx.ts';

/** How far the sweep of a day has come under a policy. */
export interface SweepRow {
  readonly day: number; // UTC days since 1970
  readonly after: string | null; // the last subject that is done
  readonly isDone: boolean;
}

/** Held until the transaction ends: of several processes one at a time takes the next page. */
export async function lockSweep(tx: Tx, policyId: string, day: number): Promise<SweepRow> {
  await tx.query(
    'begin_sweep',
    `insert into grade_sweep (policy_id, day, after, is_done) values ($1, $2, null, false) on conflict do nothing`,
    [policyId, day],
  );
  const [row] = await tx.query<SweepRow>(
    'lock_sweep',
    `select day, after, is_done as "isDone" from grade_sweep where policy_id = $1 for update`,
    [policyId],
  );
  return row!;
}

export const moveSweep = (tx: Tx, policyId: string, { day, after, isDone }: SweepRow): Promise<unknown> =>
  tx.query('move_sweep', `update grade_sweep set day = $2, after = $3, is_done = $4 where policy_id = $1`, [
    policyId,
    day,
    after,
    isDone,
  ]);
