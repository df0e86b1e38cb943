import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Desk } from './desk.ts';
import { partsOf, type Hold } from './holds.queries.ts';
import type { EntryRow, OpenAccount, Part } from './open-account.ts';
import { endHold } from './settle.ts';
import type { Worth } from './worth.ts';

export interface NewHold {
  readonly points: number;
  readonly purpose: string; // what they are held for
  readonly reference: string; // the caller's own name of it
  readonly madeBy: string;
  readonly expiresAt: number;
  /** What they are worth in money; null: nobody said. */
  readonly value?: Worth | null;
}

/** Keeps points apart: they stay in the balance, but nothing else can take them, and they do not expire while they are held. */
export function makeHold(desk: Desk, account: OpenAccount, { points, value = null, ...of }: NewHold): Hold {
  account.checkOpen();
  account.checkAvailable(points);
  const parts = account.take(points);
  account.held += points;
  account.dueAt = Math.min(account.dueAt, of.expiresAt);
  const id = newId(account.recordedAt);
  const lots = { lotExpiries: parts.map(({ expiresAt }) => expiresAt), lotPoints: parts.map((part) => part.points) };
  const worth = { valueAmount: value?.amount ?? null, valueCurrency: value?.currency ?? null };
  const ending = { status: 'HELD', captured: 0, transferId: null, endedAt: null } as const;
  return put(desk, { subjectId: account.subjectId, id, points, ...lots, ...of, ...worth, madeAt: desk.now, ...ending });
}

/** Spends so many of the points held, or all of them, and gives back the rest. */
export function captureHold(desk: Desk, account: OpenAccount, hold: Hold, points: number): Hold {
  account.checkOpen();
  checkHeld(hold);
  if (points > hold.points) {
    const message = `The hold is of ${hold.points} points; ${points} cannot be captured of it.`;
    throw new Refusal('INVALID', 'CAPTURE_ABOVE_HOLD', message, ['points']);
  }
  account.checkRoom(-points);
  account.held -= hold.points;
  const entry = enterCapture(account, hold, points, desk.now);
  const [spent, rest] = split(partsOf(hold), points);
  for (const part of spent) account.changes.takes.push({ transferId: entry.id, part });
  for (const part of rest) account.free(part);
  return put(desk, { ...hold, status: 'CAPTURED', captured: points, transferId: entry.id, endedAt: desk.now });
}

/** Ends the hold: what it kept can be spent again. */
export function releaseHold(desk: Desk, account: OpenAccount, hold: Hold): Hold {
  account.checkOpen();
  checkHeld(hold);
  return put(desk, endHold(account, hold, 'RELEASED', desk.now));
}

function enterCapture(account: OpenAccount, { id, purpose }: Hold, points: number, now: number): EntryRow {
  return account.enter({
    id: newId(account.recordedAt),
    house: 'REDEEMED',
    points: -points,
    pending: 0,
    mayOwe: true, // the hold was granted; what was booked since may have left less than it
    kind: 'REDEEMED',
    reason: purpose,
    factId: id,
    key: null,
    reverses: null,
    bookedAt: now,
    expiresAt: null,
    bookedBy: null,
  });
}

/** The first so many points, and the rest. */
function split(parts: readonly Part[], points: number): [first: Part[], rest: Part[]] {
  const [first, rest]: [Part[], Part[]] = [[], []];
  let missing = points;
  for (const part of parts) {
    const taken = Math.min(missing, part.points);
    if (taken > 0) first.push({ ...part, points: taken });
    if (taken < part.points) rest.push({ ...part, points: part.points - taken });
    missing -= taken;
  }
  return [first, rest];
}

const ENDED = {
  CAPTURED: ['HOLD_CAPTURED', 'These points have been captured already.'],
  RELEASED: ['HOLD_RELEASED', 'The hold has been released already.'],
  EXPIRED: ['HOLD_EXPIRED', 'The hold has timed out, and its points have been given back.'],
} as const;

function checkHeld({ status }: Hold): void {
  if (status === 'HELD') return;
  const [code, message] = ENDED[status];
  throw new Refusal('CONFLICT', code, message, ['holdId']);
}

function put({ holds }: Desk, hold: Hold): Hold {
  holds.set(hold.id, hold);
  return hold;
}
