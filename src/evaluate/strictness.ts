import type { Rating } from './network.ts';
import { isNegative } from './replay.ts';

const HALF_LIFE_SECONDS = 90 * 86_400;
/** A new rater counts as if it had given this many ratings, as strict as those of all. */
const PRIOR_RATINGS = 2;

interface Counts {
  good: number;
  bad: number;
  at: number; // Unix seconds: when they were last faded
}

/**
 * What a rater will say: the odds that the ratee's next deal goes badly, times how strict the rater has been, as odds against
 * those of all raters (naive Bayes; the rater's past fades by half in 90 days). Made from earlier ratings only. It foretells one
 * rating and is no score: a merchant does not answer for the temper of who happens to judge it next.
 */
export function timesStrictness(ratings: readonly Rating[], predictions: readonly number[]): number[] {
  const all = { good: 1, bad: 1 };
  const raters = new Map<string, Counts>();
  return ratings.map((rating, i) => {
    const own = raters.get(rating.from) ?? { good: 0, bad: 0, at: rating.time };
    fade(own, rating.time);
    const odds = (predictions[i]! / (1 - predictions[i]!)) * strictnessOf(own, all.good / (all.good + all.bad));
    const side = isNegative(rating) ? 'bad' : 'good';
    own[side]++;
    all[side]++;
    raters.set(rating.from, own);
    return odds / (1 + odds);
  });
}

function fade(own: Counts, time: number): void {
  const factor = 2 ** ((own.at - time) / HALF_LIFE_SECONDS);
  Object.assign(own, { good: own.good * factor, bad: own.bad * factor, at: time });
}

/** 1: as strict as all raters together, of whose ratings `share` are good. */
const strictnessOf = ({ good, bad }: Counts, share: number): number =>
  ((bad + PRIOR_RATINGS * (1 - share)) / (good + PRIOR_RATINGS * share)) * (share / (1 - share));
