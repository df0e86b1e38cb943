import type { Reader, Tx } from '../db/tx.ts';
import { accountsOf, lockAccounts, openAccounts, saveAccounts } from './accounts.queries.ts';
import { dueHolds, saveHolds, type Hold } from './holds.queries.ts';
import {
  addPending,
  addTakes,
  dueLots,
  duePending,
  endPending,
  lotsBy,
  moveLots,
  nextDue,
  openDebts,
  openLots,
  returnTakes,
  saveDebts,
  type Lot,
} from './lots.queries.ts';
import { NEVER, OpenAccount, type AccountRow } from './open-account.ts';
import { leavePointsNotes } from './points-notes.ts';
import { settle } from './settle.ts';
import { addEntries } from './transfers.queries.ts';
import type { Holder } from './transfer.ts';

/** Lots that are asked for at once, of each account. */
const LOTS_AT_ONCE = 200;

/** The accounts that a transaction works on: locked, brought up to its moment, and written at its end. */
export interface Desk {
  readonly tx: Tx;
  readonly now: number;
  readonly accounts: ReadonlyMap<string, OpenAccount>;
  readonly holds: Map<string, Hold>; // by id: those that were made or ended
  readonly known: Map<string, Hold>; // by id: those that were looked up
}

/**
 * Of the accounts of holders, who get one if they have none, and of those that there are of `known`. One desk a transaction, so
 * that accounts are locked in id order.
 */
export async function openDesk(
  tx: Tx,
  now: number,
  holders: readonly Holder[],
  known: readonly string[] = [],
): Promise<Desk> {
  const bySubject = new Map(holders.map((holder) => [holder.subjectId, holder]));
  if (bySubject.size > 0) await openAccounts(tx, [...bySubject.values()], now);
  return deskOf(tx, now, await lockAccounts(tx, [...new Set([...bySubject.keys(), ...known])]));
}

/** Of accounts that are locked already. */
export async function deskOf(tx: Tx, now: number, rows: readonly AccountRow[]): Promise<Desk> {
  const accounts = new Map(rows.map((row) => [row.subjectId, new OpenAccount(row)]));
  const desk: Desk = { tx, now, accounts, holds: new Map(), known: new Map<string, Hold>() };
  await bringUpToDate(tx, now, [...accounts.values()], desk.holds);
  return desk;
}

/** Accounts as they stand at a moment, for reading; what is due by then counts as done. Take `sql` of one snapshot. */
export async function accountsAt(sql: Reader, now: number, subjectIds: readonly string[]): Promise<OpenAccount[]> {
  const accounts = (await accountsOf(sql, subjectIds)).map((row) => new OpenAccount(row));
  await bringUpToDate(sql, now, accounts, new Map());
  return accounts;
}

/** Lots of the accounts out of which so many points may be taken, the first to expire first, and the ones that are named. */
export async function loadLots(
  desk: Desk,
  needs: ReadonlyMap<string, number>,
  named: readonly Omit<Lot, 'points'>[] = [],
): Promise<void> {
  const known = named.length > 0 ? await lotsBy(desk.tx, named) : [];
  for (const lot of known) know(desk.accounts.get(lot.subjectId)!, lot);
  let asked = [...needs]
    .filter(([, need]) => need > 0)
    .map(([subjectId, need]) => ({ subjectId, need, after: null as number | null }));
  while (asked.length > 0) {
    const found = Map.groupBy(await openLots(desk.tx, asked, LOTS_AT_ONCE), (lot) => lot.subjectId);
    asked = asked.flatMap(({ subjectId, need }) => {
      const lots = found.get(subjectId) ?? [];
      for (const lot of lots) know(desk.accounts.get(subjectId)!, lot);
      const missing = need - lots.reduce((sum, { points }) => sum + points, 0);
      return missing > 0 && lots.length === LOTS_AT_ONCE
        ? [{ subjectId, need: missing, after: lots.at(-1)!.expiresAt }]
        : [];
    });
  }
}

/** What this transaction has moved already is not in the table yet. */
function know(account: OpenAccount, { expiresAt, points }: Lot): void {
  account.lots.set(expiresAt, points + (account.changes.lots.get(expiresAt) ?? 0));
}

async function bringUpToDate(
  sql: Reader,
  now: number,
  accounts: readonly OpenAccount[],
  holds: Map<string, Hold>,
): Promise<void> {
  const inDebt = accounts.filter(({ available }) => available < 0).map(({ subjectId }) => subjectId);
  if (inDebt.length > 0) {
    const debts = Map.groupBy(await openDebts(sql, inDebt), ({ subjectId }) => subjectId);
    for (const account of accounts)
      account.debts = (debts.get(account.subjectId) ?? []).map(({ transferId, revision, owed }) => ({
        transferId,
        revision,
        owed,
      }));
  }
  await settleDue(
    sql,
    now,
    accounts.filter(({ dueAt }) => dueAt <= now),
    holds,
  );
  for (const account of accounts) account.recordedAt = Math.max(account.recordedAt, now);
}

async function settleDue(
  sql: Reader,
  now: number,
  due: readonly OpenAccount[],
  holds: Map<string, Hold>,
): Promise<void> {
  if (due.length === 0) return;
  const ids = due.map(({ subjectId }) => subjectId);
  const lots = await dueLots(sql, ids, now);
  const pending = Map.groupBy(await duePending(sql, ids, now), ({ subjectId }) => subjectId);
  const ended = Map.groupBy(await dueHolds(sql, ids, now), ({ subjectId }) => subjectId);
  const next = new Map((await nextDue(sql, ids, now)).map(({ subjectId, dueAt }) => [subjectId, dueAt]));
  const byId = new Map(due.map((account) => [account.subjectId, account]));
  for (const lot of lots) know(byId.get(lot.subjectId)!, lot);
  for (const account of due) {
    const what = { pending: pending.get(account.subjectId) ?? [], holds: ended.get(account.subjectId) ?? [] };
    for (const hold of settle(account, what, next.get(account.subjectId) ?? NEVER, now)) holds.set(hold.id, hold);
  }
}

/** Writes what was done, a statement a table. */
export async function save({ tx, now, accounts, holds }: Desk): Promise<void> {
  const changed = [...accounts.values()];
  const each = <Row>(rows: (account: OpenAccount) => readonly Row[]): (Row & { subjectId: string })[] =>
    changed.flatMap((account) => rows(account).map((row) => ({ ...row, subjectId: account.subjectId })));
  const write = async <Row>(rows: readonly Row[], statement: (tx: Tx, rows: readonly Row[]) => Promise<unknown>) => {
    if (rows.length > 0) await statement(tx, rows);
  };
  await write(
    each(({ changes }) => changes.entries),
    addEntries,
  );
  await write(
    each(({ changes }) => takesOf(changes)),
    addTakes,
  );
  await write(
    each(({ changes }) => changes.returned),
    returnTakes,
  ); // also what was taken just now
  await write(
    each(({ changes }) => [...changes.debts.values()]),
    saveDebts,
  );
  await write(
    each(({ changes }) => lotsOf(changes)),
    moveLots,
  );
  await write(
    each(({ changes }) => changes.pendingAdded),
    addPending,
  );
  await write(
    each(({ changes }) => changes.pendingEnded.map((id) => ({ id }))),
    endPending,
  );
  await write([...holds.values()], saveHolds);
  await write(changed, saveAccounts);
  await leavePointsNotes(tx, now, changed);
}

const lotsOf = ({ lots }: OpenAccount['changes']) =>
  [...lots].filter(([, points]) => points !== 0).map(([expiresAt, points]) => ({ expiresAt, points }));

/** One for each transfer and lot. */
function takesOf({ takes }: OpenAccount['changes']) {
  const sums = new Map<string, { transferId: string; expiresAt: number; points: number }>();
  for (const { transferId, part } of takes) {
    const key = `${transferId} ${part.expiresAt}`;
    const sum = sums.get(key);
    if (sum) sum.points += part.points;
    else sums.set(key, { transferId, ...part });
  }
  return [...sums.values()];
}
