import { reliabilityOf } from '../scoring/reliability.ts';
import type { Rating } from './network.ts';
import { calibrationError, logLoss, rankingOf, type Ranking } from './ranking.ts';
import { isNegative, type Rater } from './replay.ts';

const DAY = 86_400;
/** What ln(1 + days of activity) adds to a rater's reliability: fakers seldom stay. */
const TENURE_WEIGHT = 0.02;
/** Reliability and tenure bonus together stay below this for 80 years, so that suspicion stays above 0. */
const MOST_TRUST = 1.25;

export const tenureDaysOf = ({ first, last }: Rater): number => (last - first) / DAY;

/** 0 to 1, for ordering: what is missing to full trust, with reliability and tenure together. Not a probability. */
export const suspicionOf = (rater: Rater): number =>
  1 - (reliabilityOf(rater.reviewer) + TENURE_WEIGHT * Math.log(1 + tenureDaysOf(rater))) / MOST_TRUST;

/** P2: whether the next rating is negative, from earlier ratings only, over the last half of the ratings. */
export interface Foresight extends Ranking {
  readonly logLoss: number | null;
  readonly ece: number | null;
  readonly n: number;
  readonly negatives: number;
}

export function foresightOf(ratings: readonly Rating[], predictions: readonly number[]): Foresight {
  const half = Math.floor(ratings.length / 2);
  const said = predictions.slice(half);
  const happened = ratings.slice(half).map(isNegative);
  return {
    ...rankingOf(said, happened),
    logLoss: logLoss(said, happened),
    ece: calibrationError(said, happened),
    n: said.length,
    negatives: happened.filter(Boolean).length,
  };
}

/** P1: fraudulent raters found from the ratings that they gave, over labelled users that gave at least one. */
export interface Detection extends Ranking {
  readonly tenure: Ranking; // by suspicion: reliability with the tenure bonus
  readonly n: number;
  readonly fraudulent: number;
}

export function detectionOf(raters: ReadonlyMap<string, Rater>, labels: ReadonlyMap<string, boolean>): Detection {
  const judged = [...raters].filter(([user]) => labels.has(user));
  const happened = judged.map(([user]) => labels.get(user) === true);
  return {
    ...rankingOf(
      judged.map(([, rater]) => -reliabilityOf(rater.reviewer)),
      happened,
    ),
    tenure: rankingOf(
      judged.map(([, rater]) => suspicionOf(rater)),
      happened,
    ),
    n: judged.length,
    fraudulent: happened.filter(Boolean).length,
  };
}
