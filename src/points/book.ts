import { newId } from '../kernel/ids.ts';
import { NEVER, type EntryRow, type OpenAccount } from './open-account.ts';
import { houseOf, isCredit, subjectOf, type Booked, type NewTransfer } from './transfer.ts';

/** What the transfers may take out of each account. */
export function needsOf(transfers: readonly NewTransfer[]): Map<string, number> {
  const needs = new Map<string, number>();
  for (const transfer of transfers) {
    const { subjectId } = subjectOf(transfer);
    if (!isCredit(transfer)) needs.set(subjectId, (needs.get(subjectId) ?? 0) + transfer.points);
  }
  return needs;
}

/** Enters one transfer into its account; the account's lots are loaded. A refusal changes nothing. */
export function book(account: OpenAccount, transfer: NewTransfer, now: number): EntryRow {
  account.checkOpen();
  const { points, kind, reason, factId, bookedAt, expiresAt, mayOwe } = transfer;
  const { key = null, bookedBy = null } = transfer;
  const isIn = isCredit(transfer);
  const isPending = isIn && bookedAt > now;
  account.checkRoom(isIn ? (isPending ? 0 : points) : -points, isPending ? points : 0);
  if (!isIn && !mayOwe) account.checkAvailable(points);
  const moved = isPending ? { points: 0, pending: points } : { points: isIn ? points : -points, pending: 0 };
  const of = {
    id: newId(account.recordedAt),
    house: houseOf(transfer),
    kind,
    reason: reason.trim(),
    factId,
    key,
    bookedAt,
    bookedBy,
  };
  const entry = account.enter({ ...of, ...moved, mayOwe: !isIn && mayOwe, reverses: null, expiresAt });
  if (isPending) keepPending(account, entry, points, bookedAt, expiresAt ?? NEVER);
  else if (isIn) account.free({ expiresAt: expiresAt ?? NEVER, points });
  else account.spend(entry, points);
  return entry;
}

export function keepPending(
  account: OpenAccount,
  { id }: EntryRow,
  points: number,
  vestsAt: number,
  expiresAt: number,
): void {
  account.changes.pendingAdded.push({ transferId: id, points, vestsAt, expiresAt });
  account.dueAt = Math.min(account.dueAt, vestsAt);
}

export const bookedOf = ({ subjectId, id, points, pending, balanceAfter, pendingAfter }: EntryRow): Booked => ({
  subjectId,
  id,
  points: points + pending,
  balance: balanceAfter,
  pending: pendingAfter,
});
