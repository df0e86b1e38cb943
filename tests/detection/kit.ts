import type { ReviewColumns } from '../../src/detection/columns.ts';
import { NO_TRACE, type ReviewContext } from '../../src/detection/review-context.ts';

export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 7, 1);

/** A review that nothing speaks against: a known buyer, after delivery, as others say. */
export function aContext(fields: Partial<ReviewContext> = {}): ReviewContext {
  return {
    occurredAt: NOW,
    valence: 1,
    order: { paidAt: NOW - 5 * DAY, deliveredAt: NOW - DAY, refundedAt: null },
    traces: { device: NO_TRACE, payment: NO_TRACE, address: NO_TRACE },
    isOwnShop: false,
    isMutual: false,
    subject: {
      consensusSum: 40e8,
      consensusWeight: 50e8,
      meanSum: 700e8,
      meanCount: 1000,
      reviews: 4,
      newcomers: 0,
      deliveries: 7,
      reviewsPerDelivery: 0.5,
      newcomerShare: 0.1,
    },
    reviewer: { knownSince: NOW - 400 * DAY, reliability: 0.9, reviewsToday: 1 },
    likeness: 0,
    ...fields,
  };
}

export type Row = readonly [reviewer: number, subject: number, day: number, stars?: number];

/** Reviews by column from rows in any order. */
export function columnsOf(rows: readonly Row[]): ReviewColumns {
  const ordered = rows.toSorted((one, other) => one[2] - other[2]);
  return {
    reviewers: Int32Array.from(ordered, ([reviewer]) => reviewer),
    subjects: Int32Array.from(ordered, ([, subject]) => subject),
    times: Float64Array.from(ordered, ([, , day]) => NOW + day * DAY),
    valences: Int8Array.from(ordered, ([, , , stars = 5]) => (stars - 3) * 50),
    reviewerCount: Math.max(-1, ...rows.map(([reviewer]) => reviewer)) + 1,
    subjectCount: Math.max(-1, ...rows.map(([, subject]) => subject)) + 1,
  };
}

/** Chance for tests: the same numbers each time (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** An ordinary market: everybody reviews what they like, when they like. */
export function ordinaryRows(random: () => number, reviewers: number, subjects: number, count: number): Row[] {
  return Array.from({ length: count }, () => [
    Math.floor(reviewers * random()),
    Math.floor(subjects * random() * random()),
    -720 * random(),
    random() < 0.8 ? 5 : 1 + Math.floor(4 * random()),
  ]);
}
