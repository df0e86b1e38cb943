import type { FirstMove, Pair } from './book.ts';

type Found = Pick<Pair, 'orders' | 'reviews' | 'live' | 'firstAt' | 'isNew'>;

export const pairFound = ({ orders, reviews, live, firstAt, isNew }: Found): Pair => ({
  orders,
  reviews,
  live,
  firstAt,
  foundFirstAt: firstAt,
  gainedBy: null,
  lostBy: null,
  isUnsure: false,
  isChanged: false,
  isNew,
});

/** Follows the first live posting of a pair through a transaction. Its count of live postings has been moved already. */
export function followFirst(pair: Pair, sign: 1 | -1, entry: FirstMove): void {
  if (sign === 1) followGain(pair, entry);
  else followLoss(pair, entry);
}

function followGain(pair: Pair, entry: FirstMove): void {
  const { firstAt, isUnsure } = pair;
  if (firstAt !== null && (isUnsure ? entry.occurredAt > firstAt : entry.occurredAt >= firstAt)) return;
  pair.firstAt = entry.occurredAt;
  pair.gainedBy = entry;
  pair.isUnsure = false;
}

function followLoss(pair: Pair, entry: FirstMove): void {
  if (entry.occurredAt === pair.foundFirstAt) pair.lostBy = entry;
  if (pair.live === 0) {
    pair.firstAt = null;
    pair.isUnsure = false;
  } else if (entry.occurredAt === pair.firstAt) pair.isUnsure = true;
}

/** Notes in the entries that are to be written how they moved the number of counterparties. */
export function noteMove(pair: Pair): void {
  const { firstAt, foundFirstAt, gainedBy, lostBy } = pair;
  pair.gainedBy = null;
  pair.lostBy = null;
  if (firstAt === foundFirstAt) return;
  pair.foundFirstAt = firstAt;
  const gain = gainedBy?.occurredAt === firstAt ? gainedBy : null;
  if (!gain && !lostBy) throw new Error('a first posting moved, and no entry moved it');
  if (gain) {
    gain.firstStep = 1;
    gain.firstFarAt = lostBy ? null : foundFirstAt;
  }
  if (lostBy) {
    lostBy.firstStep = -1;
    lostBy.firstFarAt = gain ? null : firstAt;
  }
}
