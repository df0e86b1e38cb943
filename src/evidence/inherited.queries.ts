import { arraysOf, uuid, xid } from '../db/binary-rows.ts';
import type { Tx } from '../db/tx.ts';

/** Subjects' ids, each with the transaction that wrote it last. */
export type Taken = readonly (readonly [id: string, writer: string])[];

/** As $1::uuid[] and $2::xid[]. */
const arraysOfTaken = (taken: Taken): Buffer[] =>
  arraysOf(
    taken,
    uuid(([id]) => id),
    xid(([, writer]) => writer),
  );

/** What this transaction's rows say wrote them (xmin). */
export const writerOf = async (tx: Tx): Promise<string> =>
  (await tx.query<{ writer: string }>('writer_of', `select pg_current_xact_id()::xid::text as writer`))[0]!.writer;

/** Locks those tallies that were last written by these transactions, in id order. How many there are. */
export const lockTalliesOf = async (tx: Tx, taken: Taken): Promise<number> =>
  (
    await tx.query<{ locked: number }>(
      'lock_tallies_of',
      `with locked as (select t.subject_id from unnest($1::uuid[], $2::xid[]) as taken (subject_id, writer)
                         join tally t on t.subject_id = taken.subject_id and t.xmin = taken.writer
                        order by t.subject_id for update of t)
       select count(*)::int as locked from locked`,
      arraysOfTaken(taken),
    )
  )[0]!.locked;

/** How many of their standings under these policies were last written by others. */
export const standingsNotOf = async (tx: Tx, taken: Taken, policyIds: readonly string[]): Promise<number> =>
  (
    await tx.query<{ others: number }>(
      'standings_not_of',
      `select count(*)::int as others from unnest($1::uuid[], $2::xid[]) as taken (subject_id, writer)
         join standing s on s.subject_id = taken.subject_id and s.xmin <> taken.writer
        where s.policy_id = any($3::uuid[])`,
      [...arraysOfTaken(taken), policyIds],
    )
  )[0]!.others;
