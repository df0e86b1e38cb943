import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { idsOf } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import { holdsBy } from './holds.queries.ts';
import { reverseTransfers } from './reverse.ts';
import { checkedText } from './transfer.ts';
import type { EntryId } from './transfers.queries.ts';

export interface RefundPoints {
  readonly holdId: string; // as the API gave it
  readonly reason: string; // for the holder
  readonly idempotencyKey: string;
}

/** Gives back what was captured of a hold, by an entry that names the one it takes back: all of it, and once. */
export async function refundPoints(call: Call, input: RefundPoints): Promise<EntryId> {
  const reason = checkedText(input.reason, 'reason');
  const [subjectId, id] = idsOf('PointsHold', input.holdId, 'holdId');
  return inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'refundPoints', input, async () => {
      await giveBack(tx, call.now, await spentBy(tx, { subjectId, id }), reason);
      return { subjectId, id };
    }),
  );
}

/** What has been captured stays so: nothing need be locked to look. */
async function spentBy(tx: Tx, hold: EntryId): Promise<EntryId> {
  const [found] = await holdsBy(tx, [hold]);
  if (!found) throw new Refusal('NOT_FOUND', 'HOLD_NOT_FOUND', 'There is no such hold of points.', ['holdId']);
  const { subjectId, transferId: id, status } = found;
  if (id !== null) return { subjectId, id };
  throw refused(
    'HOLD_NOT_CAPTURED',
    status === 'HELD'
      ? 'Nothing of this hold has been spent yet: release it.'
      : 'Nothing of this hold was spent: its points were given back when it ended.',
  );
}

/** Whether it has been given back already is known for certain only once the account is locked. */
async function giveBack(tx: Tx, now: number, spent: EntryId, reason: string): Promise<void> {
  try {
    await reverseTransfers(tx, now, [spent], reason);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'TRANSFER_REVERSED') throw error;
    throw refused('HOLD_REFUNDED', 'These points have been given back already.');
  }
}

const refused = (code: string, message: string) => new Refusal('CONFLICT', code, message, ['holdId']);
