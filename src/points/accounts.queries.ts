import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import { ms, stamp } from './instants.ts';
import type { AccountRow, OpenAccount } from './open-account.ts';
import { NEVER } from './open-account.ts';
import type { Holder } from './transfer.ts';

const COLUMNS = `subject_id as "subjectId", kind, balance, pending, held, revision, ${ms('due_at')} as "dueAt",
  ${ms('recorded_at')} as "recordedAt", ${ms('closed_at')} as "closedAt"`;

/** Accounts that are not there yet. In id order, before any is locked, so that two transactions never wait for each other. */
export const openAccounts = (tx: Tx, holders: readonly Holder[], now: number): Promise<unknown> =>
  tx.query(
    'points.open-accounts',
    `insert into points_account (subject_id, kind, recorded_at)
     select id, kind, $3 from unnest($1::uuid[], $2::text[]) as holder (id, kind)
      where not exists (select from points_account a where a.subject_id = holder.id)
      order by id on conflict do nothing`,
    [
      ...columns(
        holders,
        ({ subjectId }) => subjectId,
        ({ subjectKind }) => subjectKind,
      ),
      new Date(now),
    ],
  );

/** In id order, each until the end of the transaction. */
export const lockAccounts = (tx: Tx, subjectIds: readonly string[]): Promise<AccountRow[]> =>
  tx.query(
    'points.lock-accounts',
    `select ${COLUMNS} from points_account where subject_id = any($1::uuid[]) order by subject_id for no key update`,
    [subjectIds],
  );

export const accountsOf = (sql: Reader, subjectIds: readonly string[]): Promise<AccountRow[]> =>
  sql.query('points.accounts', `select ${COLUMNS} from points_account where subject_id = any($1::uuid[])`, [
    subjectIds,
  ]);

/** Those of which something is due, without waiting for what others are at; locked. */
export const lockDueAccounts = (tx: Tx, now: number, most: number): Promise<AccountRow[]> =>
  tx.query(
    'points.lock-due-accounts',
    `select ${COLUMNS} from points_account where due_at <= $1 order by due_at limit $2 for no key update skip locked`,
    [new Date(now), most],
  );

export const saveAccounts = (tx: Tx, accounts: readonly OpenAccount[]): Promise<unknown> =>
  tx.query(
    'points.save-accounts',
    `update points_account a
        set balance = new.balance, pending = new.pending, held = new.held, revision = new.revision, due_at = new.due_at,
            recorded_at = new.recorded_at, closed_at = new.closed_at
       from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[],
              $8::timestamptz[]) as new (subject_id, balance, pending, held, revision, due_at, recorded_at, closed_at)
      where a.subject_id = new.subject_id`,
    columns(
      accounts,
      (each) => each.subjectId,
      (each) => each.balance,
      (each) => each.pending,
      (each) => each.held,
      (each) => each.revision,
      (each) => (each.dueAt === NEVER ? null : stamp(each.dueAt)),
      (each) => stamp(each.recordedAt),
      (each) => (each.closedAt === null ? null : stamp(each.closedAt)),
    ),
  );
