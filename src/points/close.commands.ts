import type { Call } from '../access/call.ts';
import { newId } from '../kernel/ids.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { loadLots, openDesk, save } from './desk.ts';
import { holderById } from './holders.ts';
import type { OpenAccount } from './open-account.ts';
import type { Holder } from './transfer.ts';

export interface ClosePointsAccount {
  readonly subjectId: string; // as the API gave it
  readonly note: string;
  readonly idempotencyKey: string;
}

/** Nothing more is booked on the account, except what takes back or restores what was booked before. */
export async function closePointsAccount(call: Call, input: ClosePointsAccount): Promise<Holder> {
  checkedNote(input.note);
  const holder = await holderById(call, input.subjectId, 'subjectId');
  await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'closePointsAccount', input, () => closeAccount(tx, call.now, holder, call.actor.name)),
  );
  return holder;
}

/** Closes it in this transaction. Nothing may be under way: no hold, no pending points, no debt. What is left is forfeited. */
export async function closeAccount(tx: Tx, now: number, holder: Holder, by: string | null): Promise<void> {
  const desk = await openDesk(tx, now, [holder]);
  const account = desk.accounts.get(holder.subjectId)!;
  account.checkOpen();
  if (account.held > 0) throw refused('HOLDS_OPEN', `${account.held} points are held: capture or release them first.`);
  if (account.pending > 0)
    throw refused('POINTS_PENDING', `${account.pending} points are pending: wait for them, or reverse them.`);
  if (account.balance < 0) throw refused('POINTS_OWED', `${-account.balance} points are owed.`);
  await loadLots(desk, new Map([[holder.subjectId, account.balance]]));
  if (account.balance > 0) forfeit(account, now, by);
  account.closedAt = account.recordedAt;
  await save(desk);
}

function forfeit(account: OpenAccount, now: number, by: string | null): void {
  const points = account.balance;
  const entry = account.enter({
    id: newId(account.recordedAt),
    house: 'EXPIRED',
    points: -points,
    pending: 0,
    mayOwe: false,
    kind: 'FORFEITED',
    reason: 'The account was closed.',
    factId: null,
    key: null,
    reverses: null,
    bookedAt: now,
    expiresAt: null,
    bookedBy: by,
  });
  account.spend(entry, points);
}

const refused = (code: string, message: string) => new Refusal('CONFLICT', code, message, ['subjectId']);
