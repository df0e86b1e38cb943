import { UNITS_PER_ONE, toUnits } from './fixed.ts';

/*
 * How far a reviewer is believed, learnt in one pass from verified reviews: who agrees with the consensus of believed reviewers
 * gains, who deviates loses. The constants were measured on public rating networks; no policy can change them, because what
 * they make is stored with the postings. All sums are whole units of 1e-8.
 */
const FIRST_AGREE = 4;
const FIRST_DISAGREE = 1;
/** A consensus weighs as if this many reviews had given the mean of all. */
const CONSENSUS_PRIOR = 3;
const MOST_EXPERIENCE_A_WEEK = UNITS_PER_ONE;
const WEEK = 7 * 86_400_000;

export interface ReviewerState {
  readonly agree: number; // a
  readonly disagree: number; // b
  readonly experience: number; // E
  readonly week: number; // the latest week with a review, counted from 1970-01-01; 0 before the first
  readonly weekExperience: number; // gained in that week
}
export const NEW_REVIEWER: ReviewerState = {
  agree: FIRST_AGREE * UNITS_PER_ONE,
  disagree: FIRST_DISAGREE * UNITS_PER_ONE,
  experience: 0,
  week: 0,
  weekExperience: 0,
};

/** What believed reviewers say of one subject. */
export interface ConsensusState {
  readonly sum: number; // S_j: of rel·w
  readonly weight: number; // W_j: of rel
}
export const NO_CONSENSUS: ConsensusState = { sum: 0, weight: 0 };

/** The running mean of all reviews, of whatever subject. */
export interface MeanState {
  readonly sum: number; // of w
  readonly count: number; // reviews, not units
}
export const NO_REVIEWS: MeanState = { sum: 0, count: 0 };

/** What one review adds to every sum that it moves: stored with the review, and taken back as stored. */
export interface Increment {
  readonly reliability: number; // rel before this review: the posting keeps it
  readonly experience: number; // E before this review: the posting keeps it
  readonly agree: number;
  readonly disagree: number;
  readonly experienceGain: number;
  readonly week: number; // in which the gain was made
  readonly consensusSum: number;
  readonly consensusWeight: number;
  readonly valence: number; // w
}

/** Stars 1 to 5 as w, −1 to 1. */
export const valenceOfStars = (stars: number): number => (stars - 3) / 2;
/** A rating network's −10 to 10 as w, −1 to 1. */
export const valenceOfRating = (rating: number): number => rating / 10;

/** rel: the mean of a Beta of agreements and disagreements, 0 to 1. */
export const reliabilityOf = ({ agree, disagree }: ReviewerState): number => agree / (agree + disagree);

/** Weighs a review of valence w (−1 to 1) against what was known before it. The mean is that of all reviews before it, too. */
export function assess(
  w: number,
  reviewer: ReviewerState,
  consensus: ConsensusState,
  mean: MeanState,
  occurredAt: number,
): Increment {
  const { expected, confidence } = expectation(consensus, mean);
  const distance = ((w - expected) / 2) ** 2;
  const reliability = reliabilityOf(reviewer);
  const week = Math.floor(occurredAt / WEEK);
  return {
    reliability: toUnits(reliability),
    experience: reviewer.experience,
    agree: toUnits(confidence * (1 - distance)),
    disagree: toUnits(confidence * distance),
    experienceGain: Math.min(toUnits(confidence * Math.max(0, 1 - 2 * distance)), roomForExperience(reviewer, week)),
    week,
    consensusSum: toUnits(reliability * w),
    consensusWeight: toUnits(reliability),
    valence: toUnits(w),
  };
}

/** m and c: what believed reviewers have found, pulled towards the mean of all while they are few. */
function expectation(consensus: ConsensusState, mean: MeanState): { expected: number; confidence: number } {
  const mu = mean.count === 0 ? 0 : mean.sum / mean.count;
  const prior = CONSENSUS_PRIOR * UNITS_PER_ONE;
  return {
    expected: (consensus.sum + CONSENSUS_PRIOR * mu) / (consensus.weight + prior),
    confidence: consensus.weight / (consensus.weight + prior),
  };
}

/** Experience comes at most 1 a week. A review of a week before the latest gains none: past weeks are not kept. */
function roomForExperience(reviewer: ReviewerState, week: number): number {
  if (week < reviewer.week) return 0;
  return week > reviewer.week ? MOST_EXPERIENCE_A_WEEK : MOST_EXPERIENCE_A_WEEK - reviewer.weekExperience;
}

export function applyToReviewer(state: ReviewerState, gained: Increment): ReviewerState {
  const isNewWeek = gained.week > state.week;
  return {
    agree: state.agree + gained.agree,
    disagree: state.disagree + gained.disagree,
    experience: state.experience + gained.experienceGain,
    week: isNewWeek ? gained.week : state.week,
    weekExperience: (isNewWeek ? 0 : state.weekExperience) + (gained.week < state.week ? 0 : gained.experienceGain),
  };
}

/** Exact for every sum. The latest week stays marked: it is a cap, not a sum, and a void must not open it twice. */
export function takeBackFromReviewer(state: ReviewerState, gained: Increment): ReviewerState {
  return {
    agree: state.agree - gained.agree,
    disagree: state.disagree - gained.disagree,
    experience: state.experience - gained.experienceGain,
    week: state.week,
    weekExperience: state.weekExperience - (gained.week === state.week ? gained.experienceGain : 0),
  };
}

export const applyToConsensus = (state: ConsensusState, gained: Increment): ConsensusState => ({
  sum: state.sum + gained.consensusSum,
  weight: state.weight + gained.consensusWeight,
});

export const takeBackFromConsensus = (state: ConsensusState, gained: Increment): ConsensusState => ({
  sum: state.sum - gained.consensusSum,
  weight: state.weight - gained.consensusWeight,
});

export const applyToMean = (state: MeanState, { valence }: Increment): MeanState => ({
  sum: state.sum + valence,
  count: state.count + 1,
});

export const takeBackFromMean = (state: MeanState, { valence }: Increment): MeanState => ({
  sum: state.sum - valence,
  count: state.count - 1,
});
