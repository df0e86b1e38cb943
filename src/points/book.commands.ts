import type { Call } from '../access/call.ts';
import type { Tx } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import { book, bookedOf, needsOf } from './book.ts';
import { loadLots, openDesk, save, type Desk } from './desk.ts';
import type { EntryRow } from './open-account.ts';
import { checkTransfer, isCredit, subjectOf, type Booked, type NewTransfer } from './transfer.ts';
import { atTheTill } from './till.ts';
import { entriesByKey } from './transfers.queries.ts';

/**
 * Books transfers, all or none, in their order, and answers them in the same. Whoever has no account gets one. It locks the
 * accounts in id order: book everything of a transaction at once, and take no other lock after it.
 */
export async function bookTransfers(tx: Tx, now: number, transfers: readonly NewTransfer[]): Promise<Booked[]> {
  if (transfers.length === 0) return [];
  for (const transfer of transfers) checkTransfer(transfer);
  const desk = await openDesk(tx, now, transfers.map(subjectOf));
  await loadLots(desk, needsOf(transfers));
  const known = await bookedBefore(desk, transfers);
  const booked = transfers.map((transfer) => {
    const { subjectId } = subjectOf(transfer);
    const before = transfer.key != null ? known.get(`${subjectId} ${transfer.key}`) : undefined;
    if (before) return sameAs(transfer, before);
    const entry = book(desk.accounts.get(subjectId)!, transfer, now);
    if (transfer.key != null) known.set(`${subjectId} ${transfer.key}`, entry);
    return entry;
  });
  await save(desk);
  return booked.map(bookedOf);
}

/** Earlier transfers with the keys of these, once the accounts are locked. */
async function bookedBefore({ tx }: Desk, transfers: readonly NewTransfer[]): Promise<Map<string, EntryRow>> {
  const keys = transfers.flatMap((transfer) =>
    transfer.key != null ? [{ subjectId: subjectOf(transfer).subjectId, key: transfer.key }] : [],
  );
  const found = keys.length > 0 ? await entriesByKey(tx, keys) : [];
  return new Map(found.map((entry) => [`${entry.subjectId} ${entry.key}`, entry]));
}

function sameAs(transfer: NewTransfer, before: EntryRow): EntryRow {
  const points = isCredit(transfer) ? transfer.points : -transfer.points;
  if (before.kind === transfer.kind && before.points + before.pending === points) return before;
  const message = `A transfer of ${before.points + before.pending} points has this key already.`;
  throw new Refusal('CONFLICT', 'TRANSFER_KEY_REUSED', message, ['key']);
}

/**
 * Books one transfer, once for the call's idempotency key, together with what others ask for at the same moment: for calls that do
 * nothing else. Thousands a second go through, on one account too.
 */
export async function bookTransfer(
  call: Call,
  operation: string,
  input: { readonly idempotencyKey: string },
  transfer: NewTransfer,
): Promise<Booked> {
  checkTransfer(transfer);
  return atTheTill(call, operation, input, {
    holder: subjectOf(transfer),
    hold: null,
    need: isCredit(transfer) ? 0 : transfer.points,
    run: (desk, account) => bookedOf(book(account, { ...transfer, key: null }, desk.now)),
  });
}

export { reverseTransfers } from './reverse.ts';
