import { arraysOf, uuid } from '../db/binary-rows.ts';
import type { Tx } from '../db/tx.ts';

/** As $1::uuid[]. */
const idsOf = (ids: readonly string[]): Buffer[] =>
  arraysOf(
    ids,
    uuid((id) => id),
  );

/** What this transaction's rows say wrote them (xmin). */
export const writerOf = async (tx: Tx): Promise<string> =>
  (await tx.query<{ writer: string }>('writer_of', `select pg_current_xact_id()::xid::text as writer`))[0]!.writer;

/** Locks those tallies that this transaction was the last to write, in id order. How many there are. */
export const lockTalliesOf = async (tx: Tx, ids: readonly string[], writer: string): Promise<number> =>
  (
    await tx.query<{ locked: number }>(
      'lock_tallies_of',
      `with locked as (select subject_id from tally where subject_id = any($1::uuid[]) and xmin = $2::xid order by subject_id for update)
       select count(*)::int as locked from locked`,
      [...idsOf(ids), writer],
    )
  )[0]!.locked;

/** How many of their standings under these policies it was not the last to write. */
export const standingsNotOf = async (
  tx: Tx,
  ids: readonly string[],
  policyIds: readonly string[],
  writer: string,
): Promise<number> =>
  (
    await tx.query<{ others: number }>(
      'standings_not_of',
      `select count(*)::int as others from standing
        where subject_id = any($1::uuid[]) and policy_id = any($2::uuid[]) and xmin <> $3::xid`,
      [...idsOf(ids), policyIds, writer],
    )
  )[0]!.others;
