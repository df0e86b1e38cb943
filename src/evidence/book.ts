import { SUBJECT_KINDS, type SubjectKind } from '../kernel/subject.ts';
import { kindsOf } from '../scoring/kinds.ts';

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
}

export const DIMENSIONS = ['description', 'service', 'logistics'] as const;

/** The dealings of a subject with one counterparty. */
export interface Pair {
  orders: number; // orders that left a posting
  reviews: number; // counted reviews
  live: number; // live postings of any kind
}

/** One UTC day of a merchant, for burst caps. */
export interface DayTally {
  deals: number;
  reviewsSeen: number;
  reviewsCounted: number;
}

/** A reviewer's reliability in units of 1e-8: a, b, E of the definition, and E's gain in the latest week. */
export interface Reviewer {
  agree: number;
  disagree: number;
  experience: number;
  week: number;
  weekExperience: number;
}

/** A subject's balances, opened for change. */
export interface Book {
  readonly subjectId: string;
  readonly kind: SubjectKind;
  readonly isNew: boolean; // no row yet
  readonly tally: Tally;
  readonly terms: Map<string, bigint[]>; // by policy id; in the order of `kindsOf`
  readonly pairs: Map<string, Pair>; // those opened, by counterparty
  readonly days: Map<number, DayTally>;
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
});

export const noTerms = (kind: SubjectKind): bigint[] => kindsOf(kind).map(() => 0n);

/** Counted reviews only; null without any. */
export function averageStars({ stars }: Pick<Tally, 'stars'>): number | null {
  const count = stars.reduce((sum, each) => sum + each, 0);
  return count === 0 ? null : stars.reduce((sum, each, i) => sum + each * (i + 1), 0) / count;
}

export const DAY_MS = 86_400_000;
export const dayOf = (instant: number): number => Math.floor(instant / DAY_MS);
