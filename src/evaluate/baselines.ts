import type { Rating } from './network.ts';
import { isNegative } from './replay.ts';

/*
 * What others do, under the same protocols, to be compared with. Predictors give one number a rating, made from earlier ratings
 * only: the higher, the more likely it is negative. Their order matters, not their scale.
 */
const YEAR = 365 * 86_400;
const HALF_YEAR = 180 * 86_400;

/** The mean of the ratee's ratings; of all ratings for a ratee without any. */
export function plainMean(ratings: readonly Rating[]): number[] {
  const all = { sum: 0, count: 0 };
  return foretell(ratings, () => ({ sum: 0, count: 0 }), {
    predict: (own) => -meanOf(own.count > 0 ? own : all),
    learn: (own, { rating }) => {
      for (const each of [own, all]) {
        each.sum += rating;
        each.count += 1;
      }
    },
  });
}

const meanOf = ({ sum, count }: { sum: number; count: number }): number => (count === 0 ? 0 : sum / count);

/** Seven reviews of 3.5 stars, then the ratee's own, each worth half after 180 days. */
export function trustpilotLike(ratings: readonly Rating[]): number[] {
  return foretell(ratings, () => ({ stars: 0, weight: 0, at: 0 }), {
    predict: (own, rating) => {
      fade(own, rating);
      return -(7 * 3.5 + own.stars) / (7 + own.weight);
    },
    learn: (own, { rating }) => {
      own.stars += 3 + rating / 5;
      own.weight += 1;
    },
  });
}

function fade(own: { stars: number; weight: number; at: number }, { time }: Rating): void {
  const factor = 2 ** ((own.at - time) / HALF_YEAR);
  own.stars *= factor;
  own.weight *= factor;
  own.at = time;
}

/** The share of the ratee's ratings in the last twelve months that were not negative, as eBay shows it; 95 % without any. */
export function percentPositive(ratings: readonly Rating[]): number[] {
  return foretell(ratings, (): Rating[] => [], {
    predict: (own, { time }) => {
      while (own[0] && time - own[0].time > YEAR) own.shift();
      return own.length === 0 ? -0.95 : -own.filter((each) => !isNegative(each)).length / own.length;
    },
    learn: (own, rating) => own.push(rating),
  });
}

/** Beta reputation that forgets nothing and believes everyone; k = 2, its mean the share of good ratings so far. */
export function betaNoDecay(ratings: readonly Rating[]): number[] {
  let good = 0;
  let seen = 0;
  return foretell(ratings, () => ({ good: 0, bad: 0 }), {
    predict: (own) => {
      const prior = seen === 0 ? 0.5 : good / seen;
      return (own.bad + 2 * (1 - prior)) / (own.good + own.bad + 2);
    },
    learn: (own, rating) => {
      own[isNegative(rating) ? 'bad' : 'good'] += 1;
      if (!isNegative(rating)) good += 1;
      seen += 1;
    },
  });
}

/** Raters by how far they stray from the mean of what the others say of the same ratee; from the mean of all where none does. */
export function meanDeviation(ratings: readonly Rating[]): Map<string, number> {
  const totals = new Map<string, { sum: number; count: number }>();
  const all = { sum: 0, count: 0 };
  for (const { to, rating } of ratings) {
    for (const each of [entry(totals, to, () => ({ sum: 0, count: 0 })), all]) {
      each.sum += rating;
      each.count += 1;
    }
  }
  const deviations = new Map<string, { sum: number; count: number }>();
  for (const { from, to, rating } of ratings) {
    const { sum, count } = totals.get(to)!;
    const others = count > 1 ? (sum - rating) / (count - 1) : meanOf(all);
    const own = entry(deviations, from, () => ({ sum: 0, count: 0 }));
    own.sum += Math.abs(rating - others);
    own.count += 1;
  }
  return new Map([...deviations].map(([user, deviation]) => [user, meanOf(deviation)]));
}

interface Manner<State> {
  readonly predict: (own: State, rating: Rating) => number;
  readonly learn: (own: State, rating: Rating) => void;
}

/** Predicts each rating from its ratee's state, then lets the state learn it. */
function foretell<State>(ratings: readonly Rating[], fresh: () => State, { predict, learn }: Manner<State>): number[] {
  const states = new Map<string, State>();
  return ratings.map((rating) => {
    const own = entry(states, rating.to, fresh);
    const prediction = predict(own, rating);
    learn(own, rating);
    return prediction;
  });
}

export function entry<Key, Value>(map: Map<Key, Value>, key: Key, fresh: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = fresh();
    map.set(key, value);
  }
  return value;
}
