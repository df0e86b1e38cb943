import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromUnits } from '../../src/scoring/fixed.ts';
import {
  applyToConsensus,
  applyToMean,
  applyToReviewer,
  assess,
  NEW_REVIEWER,
  NO_CONSENSUS,
  NO_REVIEWS,
  reliabilityOf,
  valenceOfRating,
  type ConsensusState,
  type ReviewerState,
} from '../../src/scoring/reliability.ts';

const NETWORK = new URL('../../../shared/data/bitcoin-alpha/ratings.csv', import.meta.url);
const isHere = existsSync(NETWORK);

interface Row {
  readonly from: string;
  readonly to: string;
  readonly rating: number;
  readonly at: number;
}

function rowsInTime(): readonly Row[] {
  const [, ...lines] = readFileSync(NETWORK, 'utf8').trim().split('\n');
  const rows = lines.map((line) => {
    const [from, to, rating, time] = line.split(',');
    return { from: from!, to: to!, rating: Number(rating), at: Number(time) * 1000 };
  });
  return rows.toSorted((a, b) => a.at - b.at);
}

function reviewersOf(rows: readonly Row[]): Map<string, ReviewerState> {
  const reviewers = new Map<string, ReviewerState>();
  const consensus = new Map<string, ConsensusState>();
  let mean = NO_REVIEWS;
  for (const { from, to, rating, at } of rows) {
    const reviewer = reviewers.get(from) ?? NEW_REVIEWER;
    const opinion = consensus.get(to) ?? NO_CONSENSUS;
    const gained = assess(valenceOfRating(rating), reviewer, opinion, mean, at);
    reviewers.set(from, applyToReviewer(reviewer, gained));
    consensus.set(to, applyToConsensus(opinion, gained));
    mean = applyToMean(mean, gained);
  }
  return reviewers;
}

describe.skipIf(!isHere)('reliability on Bitcoin Alpha (skipped where ../shared/data is absent)', () => {
  it('meets the numbers of its definition', () => {
    const reviewers = [...reviewersOf(rowsInTime())];
    const sum = (part: (state: ReviewerState) => number) =>
      fromUnits(reviewers.reduce((total, [, state]) => total + part(state), 0)).toFixed(4);
    const least = reviewers.toSorted(([, a], [, b]) => reliabilityOf(a) - reliabilityOf(b))[0]!;

    expect(sum(({ agree }) => agree)).toBe('26971.0579');
    expect(sum(({ disagree }) => disagree)).toBe('3555.4576');
    expect([least[0], reliabilityOf(least[1]).toFixed(6)]).toEqual(['7602', '0.679379']);
  });
});
