import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUnits, toUnits } from '../../src/scoring/fixed.ts';
import {
  applyToConsensus,
  applyToMean,
  applyToReviewer,
  assess,
  NEW_REVIEWER,
  NO_CONSENSUS,
  NO_REVIEWS,
  reliabilityOf,
  takeBackFromConsensus,
  takeBackFromMean,
  takeBackFromReviewer,
  valenceOfStars,
  type Increment,
} from '../../src/scoring/reliability.ts';
import { DAY, NOW } from './kit.ts';

const LOVED = { sum: toUnits(9), weight: toUnits(9) }; // nine believed reviews, all of 1
const FIVE_STARS = { sum: toUnits(100), count: 100 };

describe('assess', () => {
  it('maps stars to −1…1', () => {
    expect([1, 2, 3, 4, 5].map(valenceOfStars)).toEqual([-1, -0.5, 0, 0.5, 1]);
  });

  it('learns nothing about the first reviewer of a subject, whose review becomes the consensus', () => {
    const gained = assess(1, NEW_REVIEWER, NO_CONSENSUS, NO_REVIEWS, NOW);

    expect(gained).toMatchObject({
      reliability: toUnits(0.8),
      experience: 0,
      agree: 0,
      disagree: 0,
      experienceGain: 0,
    });
    expect(gained).toMatchObject({ consensusSum: toUnits(0.8), consensusWeight: toUnits(0.8), valence: toUnits(1) });
  });

  it('raises who agrees with the consensus and lowers who contradicts it', () => {
    const agreeing = assess(1, NEW_REVIEWER, LOVED, FIVE_STARS, NOW);
    const contradicting = assess(-1, NEW_REVIEWER, LOVED, FIVE_STARS, NOW);

    expect(agreeing).toMatchObject({ agree: toUnits(0.75), disagree: 0, experienceGain: toUnits(0.75) });
    expect(contradicting).toMatchObject({ agree: 0, disagree: toUnits(0.75), experienceGain: 0 });
    expect(reliabilityOf(applyToReviewer(NEW_REVIEWER, contradicting))).toBeLessThan(0.8);
  });

  it('pulls a thin consensus towards the mean of all reviews', () => {
    const thin = { sum: toUnits(-1), weight: toUnits(1) };
    const { disagree } = assess(1, NEW_REVIEWER, thin, FIVE_STARS, NOW);

    const expected = (-1 + 3) / 4;
    expect(fromUnits(disagree)).toBeCloseTo(0.25 * ((1 - expected) / 2) ** 2, 8);
  });

  it('gives at most 1 of experience a week, and none for a week before the latest', () => {
    const busy = [0, 0, 0].reduce(
      (state) => applyToReviewer(state, assess(1, state, LOVED, FIVE_STARS, NOW)),
      NEW_REVIEWER,
    );
    expect(busy.experience).toBe(toUnits(1));

    const nextWeek = applyToReviewer(busy, assess(1, busy, LOVED, FIVE_STARS, NOW + 7 * DAY));
    expect(nextWeek.experience).toBe(toUnits(1.75));
    expect(assess(1, nextWeek, LOVED, FIVE_STARS, NOW).experienceGain).toBe(0);
  });
});

describe('what a review moved', () => {
  const aReview = fc.record({
    stars: fc.integer({ min: 1, max: 5 }),
    day: fc.integer({ min: 0, max: 60 }),
    isVoided: fc.boolean(),
  });

  it('is taken back to the unit, whichever reviews are voided and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(aReview, { maxLength: 40 }), ([...reviews]) => {
        let reviewer = NEW_REVIEWER;
        let consensus = NO_CONSENSUS;
        let mean = NO_REVIEWS;
        const given: Increment[] = reviews.map(({ stars, day }) => {
          const gained = assess(valenceOfStars(stars), reviewer, consensus, mean, NOW + day * DAY);
          reviewer = applyToReviewer(reviewer, gained);
          consensus = applyToConsensus(consensus, gained);
          mean = applyToMean(mean, gained);
          return gained;
        });
        const isVoided = (i: number) => reviews[i]!.isVoided;
        const kept = given.filter((_, i) => !isVoided(i));
        for (const gained of given.filter((_, i) => isVoided(i)).toReversed()) {
          reviewer = takeBackFromReviewer(reviewer, gained);
          consensus = takeBackFromConsensus(consensus, gained);
          mean = takeBackFromMean(mean, gained);
        }

        const sum = (part: (gained: Increment) => number) => kept.reduce((total, each) => total + part(each), 0);
        expect(reviewer).toMatchObject({
          agree: NEW_REVIEWER.agree + sum((each) => each.agree),
          disagree: NEW_REVIEWER.disagree + sum((each) => each.disagree),
          experience: sum((each) => each.experienceGain),
        });
        expect(consensus).toEqual({
          sum: sum((each) => each.consensusSum),
          weight: sum((each) => each.consensusWeight),
        });
        expect(mean).toEqual({ sum: sum((each) => each.valence), count: kept.length });
      }),
    );
  });

  it('leaves the week’s room as if the voided review had not used it', () => {
    const first = assess(1, NEW_REVIEWER, LOVED, FIVE_STARS, NOW);
    const after = takeBackFromReviewer(applyToReviewer(NEW_REVIEWER, first), first);

    expect(assess(1, after, LOVED, FIVE_STARS, NOW).experienceGain).toBe(first.experienceGain);
  });
});
