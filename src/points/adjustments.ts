import type { Tx } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import { lockAccounts, openAccounts } from './accounts.queries.ts';
import { bookTransfers } from './book.commands.ts';
import { checkedPoints, checkedText, type Holder } from './transfer.ts';
import { adjustedSince } from './transfers.queries.ts';

/** What staff may move on one account within a day, up and down taken together, before a second person must agree. */
const MOST_ADJUSTED_A_DAY = 1_000;
const DAY_MS = 86_400_000;

export interface Adjustment {
  readonly amount: number;
  readonly reason: string;
}

export interface Decision {
  readonly now: number;
  readonly by: string;
  /** Another person who agreed; above the limit there must be one. */
  readonly approvedBy: string | null;
}

export function checkedAdjustment({ amount, reason }: Adjustment): Adjustment {
  if (amount === 0)
    throw new Refusal('INVALID', 'POINTS_NOT_POSITIVE', 'An adjustment moves at least 1 point.', ['amount']);
  checkedPoints(Math.abs(amount), 'amount');
  return { amount, reason: checkedText(reason, 'reason') };
}

/** Whether one person alone may not do it. The account is locked until the transaction ends, so that nobody slips by. */
export async function needsSecondPerson(tx: Tx, now: number, holder: Holder, { amount }: Adjustment): Promise<boolean> {
  await openAccounts(tx, [holder], now);
  await lockAccounts(tx, [holder.subjectId]);
  const [sum] = await adjustedSince(tx, holder.subjectId, now - DAY_MS);
  return sum!.points + Math.abs(amount) > MOST_ADJUSTED_A_DAY;
}

/** Books it, and answers its id. What is taken must be there. */
export async function bookAdjustment(
  tx: Tx,
  { now, by, approvedBy }: Decision,
  holder: Holder,
  adjustment: Adjustment,
): Promise<string> {
  if (approvedBy === null && (await needsSecondPerson(tx, now, holder, adjustment)))
    throw new Refusal(
      'CONFLICT',
      'NEEDS_SECOND_PERSON',
      `One person moves at most ${MOST_ADJUSTED_A_DAY} points a day on one account. Another person must agree.`,
      ['amount'],
    );
  const { amount, reason } = adjustment;
  const [from, to] = amount > 0 ? ([{ house: 'ISSUED' }, holder] as const) : ([holder, { house: 'ISSUED' }] as const);
  const of = { kind: 'ADJUSTED', reason, factId: null, bookedAt: now, expiresAt: null, mayOwe: false, bookedBy: by };
  const transfer = { from, to, points: Math.abs(amount), ...of };
  const [booked] = await bookTransfers(tx, now, [transfer]).catch(ofItsAmount);
  return booked!.id;
}

/** Whoever holds, captures or redeems says `points`; here the same is told of `amount`. */
function ofItsAmount(error: unknown): never {
  if (error instanceof Refusal && error.field?.[0] === 'points')
    throw new Refusal(error.kind, error.code, error.message, ['amount'], error.retrySeconds);
  throw error;
}
