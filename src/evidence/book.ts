import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import { kindsOf } from '../scoring/kinds.ts';
import type { ConditionSpan } from './conditions.ts';

/** What is known of one subject beside its postings, whatever the policy: one row, the lock of all that is about it. */
export interface Tally {
  readonly counts: number[]; // live postings by kind, in the order of `kindsOf`
  counterparties: number; // distinct, with a live posting
  firstDay: number | null; // of its deals, in UTC days since 1970
  lastDay: number | null;
  readonly stars: number[]; // counted reviews by stars, one star first
  verified: number; // counted reviews with an order behind them
  excluded: number; // reviews that are held or voided
  readonly dimensionCounts: number[]; // in the order of DIMENSIONS
  readonly dimensionSums: number[];
  consensusSum: number; // S_j in units of 1e-8
  consensusWeight: number; // W_j, as above
  volume: number; // the volume of its ledger that is being written; those before it are closed
  volumeEntries: number; // entries in that volume
}

export const DIMENSIONS = ['description', 'service', 'logistics'] as const;

/**
 * How an entry moved the number of counterparties, as a sum that can be cut at any instant: each of them counts one from its first live
 * posting on. So `firstStep` counts from the entry's own instant on, and its opposite from `firstFarAt` on, where there is one.
 */
export interface FirstMove {
  readonly occurredAt: number;
  firstStep: 1 | -1 | 0;
  firstFarAt: number | null; // always after its own instant
}

/** The dealings of a subject with one counterparty, and how their first live posting moves in this transaction. */
export interface Pair {
  orders: number; // orders that left a posting
  reviews: number; // counted reviews
  live: number; // live postings of any kind
  firstAt: number | null; // when the first of these happened; while `isUnsure`, no live one is earlier
  foundFirstAt: number | null; // before the entries that are still to be written
  gainedBy: FirstMove | null; // the entry that brought the first one
  lostBy: FirstMove | null; // the entry that took away the one that was found
  isUnsure: boolean; // what was first was taken back: look again what is
  isChanged: boolean; // in this transaction
  isNew: boolean; // no row yet
}

/** One UTC day of a merchant, for burst caps. */
export interface DayTally {
  deals: number;
  reviewsSeen: number;
  reviewsCounted: number;
  praises: number; // ratings of a network, which cost nothing, of a w of 0 or more
  isChanged: boolean; // in this transaction
  isNew: boolean; // no row yet
}

/** A reviewer's reliability in units of 1e-8: a, b, E of the definition, and E's gain in the latest week. */
export interface Reviewer {
  agree: number;
  disagree: number;
  experience: number;
  week: number;
  weekExperience: number;
}

/** A standing as it was found, beside its accumulators. */
export interface KeptStanding {
  readonly level: string;
  readonly score: number | null;
  readonly lowScore: number;
  checkpoints: number; // how many of its ledger's volumes have checkpoints under this policy
  readonly isNew: boolean; // no row yet
}

/** A subject's balances, opened for change. */
export interface Book {
  readonly subjectId: string;
  readonly kind: SubjectKind;
  isNew: boolean; // no row yet
  readonly tally: Tally;
  starsFound: readonly number[]; // `tally.stars` as the transaction found them
  readonly terms: Map<string, bigint[]>; // by policy id; in the order of `kindsOf`
  kept: Map<string, KeptStanding> | null; // by policy id; null: none
  readonly pairs: Map<string, Pair>; // those opened, by counterparty
  readonly days: Map<number, DayTally>;
  conditions: readonly ConditionSpan[];
  entered: number; // entries that are not written yet
  reviewer: Reviewer | null; // null: not opened, or no reviewer yet
  isSpanUnsure: boolean; // a deal on its first or last day was taken back
}

export const kindNumber = (kind: SubjectKind): number => SUBJECT_KINDS.indexOf(kind);

export const emptyTally = (kind: SubjectKind): Tally => ({
  counts: kindsOf(kind).map(() => 0),
  counterparties: 0,
  firstDay: null,
  lastDay: null,
  stars: [0, 0, 0, 0, 0],
  verified: 0,
  excluded: 0,
  dimensionCounts: [0, 0, 0],
  dimensionSums: [0, 0, 0],
  consensusSum: 0,
  consensusWeight: 0,
  volume: 0,
  volumeEntries: 0,
});

/** Below every score: the unrated come last. */
export const UNRATED_LOW_SCORE = -1e9;

export const checkpointsKept = ({ kept }: Book, policyId: string): number => kept?.get(policyId)?.checkpoints ?? 0;

/** A standing that was not there was as good as one of whom nothing is known. */
export function addCheckpoint(book: Book, policyId: string): void {
  book.kept ??= new Map();
  const kept = book.kept.get(policyId);
  if (kept) kept.checkpoints++;
  else
    book.kept.set(policyId, {
      level: 'NOT_RATED',
      score: null,
      lowScore: UNRATED_LOW_SCORE,
      checkpoints: 1,
      isNew: true,
    });
}

export const noTerms = (kind: SubjectKind): bigint[] => kindsOf(kind).map(() => 0n);

/** Counted reviews only; null without any. */
export function averageStars({ stars }: { readonly stars: readonly number[] }): number | null {
  const count = stars.reduce((sum, each) => sum + each, 0);
  return count === 0 ? null : stars.reduce((sum, each, i) => sum + each * (i + 1), 0) / count;
}

export const DAY_MS = 86_400_000;
export const dayOf = (instant: number): number => Math.floor(instant / DAY_MS);
