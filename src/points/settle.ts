import { newId } from '../kernel/ids.ts';
import { partsOf, type Hold } from './holds.queries.ts';
import type { OpenAccount, Pending } from './open-account.ts';

/** What falls due: pending points that vest, and holds that time out. The lots that expire are among the account's. */
interface Due {
  readonly pending: readonly Pending[];
  readonly holds: readonly Hold[];
}

/**
 * Does what is due by `now`, in the order of its instants, and records each as of its own, whoever comes later to write it: pending
 * points begin to count, holds time out and give back what they kept, and what has expired goes. `next`: when something is due
 * after that, as far as it is known. The ended holds are answered.
 */
export function settle(account: OpenAccount, due: Due, next: number, now: number): Hold[] {
  const vesting = Map.groupBy(due.pending, ({ vestsAt }) => vestsAt);
  const timingOut = Map.groupBy(due.holds, ({ expiresAt }) => expiresAt);
  const ended: Hold[] = [];
  for (const instant of instantsOf(account, due).filter((each) => each <= now)) {
    account.recordedAt = Math.max(account.recordedAt, instant);
    const expiring = new Set([instant]);
    for (const pending of vesting.get(instant) ?? []) {
      vest(account, pending);
      expiring.add(pending.expiresAt);
    }
    for (const hold of timingOut.get(instant) ?? []) {
      ended.push(endHold(account, hold, 'EXPIRED', instant));
      for (const expiresAt of hold.lotExpiries) expiring.add(expiresAt);
    }
    for (const expiresAt of expiring) if (expiresAt <= instant) expire(account, expiresAt);
  }
  account.dueAt = Math.min(next, ...openExpiries(account));
  return ended;
}

const openExpiries = ({ lots }: OpenAccount): number[] =>
  [...lots].flatMap(([expiresAt, points]) => (points > 0 ? [expiresAt] : []));

/** When something happens, or may. What has expired already, and was given back since, is due at once. */
const instantsOf = (account: OpenAccount, { pending, holds }: Due): number[] => {
  const instants = new Set(account.lots.keys());
  for (const { vestsAt, expiresAt } of pending) instants.add(vestsAt).add(expiresAt);
  for (const hold of holds) {
    instants.add(hold.expiresAt);
    for (const expiresAt of hold.lotExpiries) instants.add(expiresAt);
  }
  return [...instants].toSorted((a, b) => a - b);
};

function vest(account: OpenAccount, { transferId, points, vestsAt, expiresAt }: Pending): void {
  account.changes.pendingEnded.push(transferId);
  account.enter({
    id: newId(account.recordedAt),
    house: null,
    points,
    pending: -points,
    mayOwe: false,
    kind: 'VESTED',
    reason: 'The points that were pending count.',
    factId: transferId,
    key: null,
    reverses: null,
    bookedAt: vestsAt,
    expiresAt: null,
    bookedBy: null,
  });
  account.free({ expiresAt, points });
}

/** What it kept of the account, less what was captured of it, is free again. */
export function endHold(account: OpenAccount, hold: Hold, status: 'RELEASED' | 'EXPIRED', now: number): Hold {
  account.held -= hold.points;
  for (const part of partsOf(hold)) account.free(part);
  return { ...hold, status, endedAt: now };
}

function expire(account: OpenAccount, expiresAt: number): void {
  const points = account.lots.get(expiresAt) ?? 0;
  if (points === 0) return;
  const entry = account.enter({
    id: newId(account.recordedAt),
    house: 'EXPIRED',
    points: -points,
    pending: 0,
    mayOwe: false,
    kind: 'EXPIRED',
    reason: 'The points were not used in time.',
    factId: null,
    key: null,
    reverses: null,
    bookedAt: expiresAt,
    expiresAt: null,
    bookedBy: null,
  });
  account.spend(entry, points, [expiresAt]);
}
