import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { bookedOf, keepPending } from './book.ts';
import { loadLots, openDesk, save, type Desk } from './desk.ts';
import { pendingBy, returnedBy, takesOf, type Take } from './lots.queries.ts';
import { NEVER, type EntryRow, type OpenAccount, type Part } from './open-account.ts';
import { checkedText, type Booked } from './transfer.ts';
import { entriesOf, reversalsOf, type EntryId } from './transfers.queries.ts';

/**
 * Takes transfers back by counter-entries, all or none. Of a credit it takes the points of its own lot first, then others, and
 * what has been spent is owed. Of a debit it gives back exactly the lots that it took. A reversal can itself be reversed, which
 * restores what it took back. Closed accounts have their reversals booked too: what was wrong is put right.
 */
export async function reverseTransfers(
  tx: Tx,
  now: number,
  transferIds: readonly EntryId[],
  reason: string,
): Promise<Booked[]> {
  if (transferIds.length === 0) return [];
  const why = checkedText(reason, 'reason');
  const desk = await openDesk(
    tx,
    now,
    [],
    transferIds.map(({ subjectId }) => subjectId),
  );
  const known = await knowledgeOf(desk, transferIds);
  await loadLots(desk, known.needs, known.lots);
  const booked = transferIds.map((id) => reverse(desk, known, id, why));
  await save(desk);
  return booked.map(bookedOf);
}

/** What the ledger says of the transfers, read once their accounts are locked. Keyed by the transfer. */
interface Knowledge {
  readonly entries: ReadonlyMap<string, EntryRow>;
  readonly reversed: Set<string>;
  readonly pending: ReadonlySet<string>; // those whose points do not count yet
  readonly takes: ReadonlyMap<string, readonly Take[]>; // of a debit: what it took
  readonly returned: ReadonlyMap<string, readonly Take[]>; // of a reversal: what it gave back
  readonly needs: ReadonlyMap<string, number>;
  readonly lots: readonly Omit<Take, 'points' | 'transferId'>[];
}

async function knowledgeOf({ tx, accounts }: Desk, ids: readonly EntryId[]): Promise<Knowledge> {
  const found = await entriesOf(tx, ids);
  const originals = await entriesOf(
    tx,
    found.flatMap(({ subjectId, reverses }) => (reverses === null ? [] : [{ subjectId, id: reverses }])),
  );
  const reversed = new Set((await reversalsOf(tx, ids)).map(({ id }) => id));
  const vested = new Set([...accounts.values()].flatMap(({ changes }) => changes.pendingEnded));
  const pending = (await pendingBy(tx, ids)).map(({ transferId }) => transferId).filter((id) => !vested.has(id));
  const takes = await takesOf(tx, ids);
  const returned = await returnedBy(tx, ids);
  const credits = found.filter((entry) => amountOf(entry) > 0);
  const own = credits.map(({ subjectId, expiresAt }) => ({ subjectId, expiresAt: expiresAt ?? NEVER }));
  const needs = new Map<string, number>();
  for (const entry of credits) needs.set(entry.subjectId, (needs.get(entry.subjectId) ?? 0) + amountOf(entry));
  return {
    entries: new Map([...originals, ...found].map((entry) => [entry.id, entry])),
    reversed,
    pending: new Set(pending),
    takes: Map.groupBy(takes, ({ transferId }) => transferId),
    returned: Map.groupBy(returned, ({ transferId }) => transferId),
    needs,
    lots: distinct([...own, ...returned]),
  };
}

const distinct = <Lot extends { subjectId: string; expiresAt: number }>(lots: readonly Lot[]): Lot[] => [
  ...new Map(lots.map((lot) => [`${lot.subjectId} ${lot.expiresAt}`, lot])).values(),
];

const amountOf = ({ points, pending }: EntryRow): number => points + pending;

function reverse(desk: Desk, known: Knowledge, { subjectId, id }: EntryId, reason: string): EntryRow {
  const account = desk.accounts.get(subjectId);
  const entry = known.entries.get(id);
  if (!account || entry?.subjectId !== subjectId || amountOf(entry) === 0)
    throw new Refusal('NOT_FOUND', 'TRANSFER_NOT_FOUND', 'There is no such transfer of points.');
  if (known.reversed.has(id))
    throw new Refusal('CONFLICT', 'TRANSFER_REVERSED', 'This transfer of points is reversed already.');
  known.reversed.add(id);
  if (known.pending.has(id)) return endPending(desk, account, entry, reason);
  return amountOf(entry) > 0
    ? takeBack(desk, account, known, entry, reason)
    : giveBack(desk, account, known, entry, reason);
}

/** It never began to count. */
function endPending(desk: Desk, account: OpenAccount, entry: EntryRow, reason: string): EntryRow {
  account.changes.pendingEnded.push(entry.id);
  return counter(desk, account, entry, reason, { points: 0, pending: -amountOf(entry) });
}

function takeBack(desk: Desk, account: OpenAccount, known: Knowledge, entry: EntryRow, reason: string): EntryRow {
  const points = amountOf(entry);
  account.checkRoom(-points);
  const row = counter(desk, account, entry, reason, { points: -points, pending: 0 });
  account.spend(row, points, lotsOf(known, entry));
  return row;
}

/** The lots that a credit went into: its own, or those to which a reversal gave back what had been taken. */
function lotsOf(known: Knowledge, { id, reverses, expiresAt }: EntryRow): number[] {
  const reversed = reverses === null ? undefined : known.entries.get(reverses);
  const hasOwn = reversed === undefined || reversed.pending < 0;
  return hasOwn ? [expiresAt ?? NEVER] : (known.returned.get(id) ?? []).map((take) => take.expiresAt);
}

function giveBack(desk: Desk, account: OpenAccount, known: Knowledge, entry: EntryRow, reason: string): EntryRow {
  const points = -amountOf(entry);
  const restored = entry.pending < 0 ? known.entries.get(entry.reverses!)! : null;
  if (restored) return restore(desk, account, entry, restored, reason);
  account.checkRoom(points);
  const row = counter(desk, account, entry, reason, { points, pending: 0 });
  account.forgive(entry.id);
  account.changes.returned.push({ transferId: entry.id, by: row.id });
  const taken = [...(known.takes.get(entry.id) ?? []), ...takenNow(account, entry)];
  for (const part of taken.toSorted((a, b) => (a.expiresAt < b.expiresAt ? -1 : 1))) account.free(part);
  return row;
}

/** What this transaction itself has taken for it. */
const takenNow = ({ changes }: OpenAccount, { id }: EntryRow): Part[] =>
  changes.takes.filter(({ transferId }) => transferId === id).map(({ part }) => part);

/** A credit that was taken back while it was pending: it is pending again, or counts if its time has come. */
function restore(desk: Desk, account: OpenAccount, entry: EntryRow, credit: EntryRow, reason: string): EntryRow {
  const points = -amountOf(entry);
  const { bookedAt } = credit;
  const expiresAt = credit.expiresAt ?? NEVER;
  const isPending = bookedAt > desk.now;
  account.checkRoom(isPending ? 0 : points, isPending ? points : 0);
  const moved = isPending ? { points: 0, pending: points } : { points, pending: 0 };
  const row = counter(desk, account, entry, reason, { ...moved, bookedAt, expiresAt: credit.expiresAt });
  if (isPending) keepPending(account, row, points, bookedAt, expiresAt);
  else account.free({ expiresAt, points });
  return row;
}

function counter(
  { now }: Desk,
  account: OpenAccount,
  { id, house, factId }: EntryRow,
  reason: string,
  what: Pick<EntryRow, 'points' | 'pending'> & Partial<Pick<EntryRow, 'bookedAt' | 'expiresAt'>>,
): EntryRow {
  const of = {
    id: newId(account.recordedAt),
    house,
    factId,
    reason,
    reverses: id,
    key: null,
    kind: 'REVERSED',
    bookedBy: null,
  };
  return account.enter({ bookedAt: now, expiresAt: null, ...of, mayOwe: what.points < 0, ...what });
}
