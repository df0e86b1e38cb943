import type { StarFacts } from './preset-facts.ts';
import type { Metric, NextBand, PresetFactor, PresetGrade } from './preset-grade.ts';
import { notEnough, reasonsOf } from './preset-levels.ts';
import type { PresetBand, StarsPreset } from './preset-policy.ts';
import { starsMissing } from './preset-texts.ts';
import { powerOfTwo } from './powers.ts';

/** Reviews by stars, each worth half after every half-life; one star first. */
type Weights = readonly number[];

/**
 * (prior reviews · prior stars + Σ w·stars) / (prior reviews + Σ w), w = 2^(−age/half-life), age in whole days. Stars are shown
 * to the nearest step, halves upwards.
 */
export function starsGrade(preset: StarsPreset, facts: StarFacts, asOfDay: number): PresetGrade {
  const weights = weightsAt(preset, facts, asOfDay);
  const counts = [0, 1, 2, 3, 4].map((i) => facts.days.reduce((sum, { stars }) => sum + stars[i]!, 0));
  const reviews = counts.reduce((sum, count) => sum + count, 0);
  const score = scoreOf(preset, weights);
  const shown = shownStars(preset, score);
  const place = reviews === 0 ? -1 : preset.bands.findIndex(({ atLeast }) => shown >= atLeast.value);
  const factors = reviews === 0 ? [] : factorsOf(preset, weights, counts);
  const next = reviews === 0 ? undefined : preset.bands[place - 1];
  const since = reviews === 0 ? null : Math.min(...facts.days.map(({ day }) => day));
  return {
    band: preset.bands[place] ?? preset.unrated,
    evidence: {
      postings: reviews,
      goodMass: weights[3]! + weights[4]!,
      badMass: weights[0]! + weights[1]!,
      distinctCounterparties: facts.raters,
      since,
    },
    metrics: [metricOf(preset, reviews === 0 ? null : score, reviews, facts.raters, { from: since, to: asOfDay })],
    factors,
    reasons: reviews === 0 ? [notEnough()] : reasonsOf(factors),
    next: next ? nextStars(preset, next, weights) : null,
  };
}

const DAY_MS = 86_400_000;

function weightsAt({ halfLifeDays }: StarsPreset, { days }: StarFacts, asOfDay: number): Weights {
  const weights = [0, 0, 0, 0, 0];
  for (const { day, stars } of days.toSorted((a, b) => a.day - b.day)) {
    // always in this order, so that equal days give equal bits
    const weight = powerOfTwo((day - asOfDay) * DAY_MS, halfLifeDays.value * DAY_MS);
    for (const [i, count] of stars.entries()) weights[i]! += weight * count;
  }
  return weights;
}

const totalOf = (weights: Weights): number => weights.reduce((sum, weight) => sum + weight, 0);

function scoreOf({ prior }: StarsPreset, weights: Weights): number {
  const stars = weights.reduce((sum, weight, i) => sum + weight * (i + 1), 0);
  return (prior.reviews.value * prior.stars.value + stars) / (prior.reviews.value + totalOf(weights));
}

const shownStars = ({ step }: StarsPreset, score: number): number => Math.round(score / step.value) * step.value;

/** How far the reviews of each number of stars move the score from the prior's: their points add up to the difference. */
function factorsOf({ prior }: StarsPreset, weights: Weights, counts: readonly number[]): PresetFactor[] {
  const total = prior.reviews.value + totalOf(weights);
  return counts.flatMap((count, i) => {
    const stars = i + 1;
    const points = (weights[i]! * (stars - prior.stars.value)) / total;
    const label = { en: `${stars}-star reviews`, 'zh-CN': `${'一二三四五'[i]}星评价` };
    return count === 0 ? [] : [{ kind: `REVIEW_${stars}`, points, count, label }];
  });
}

const metricOf = (
  { metric }: StarsPreset,
  value: number | null,
  reviews: number,
  raters: number,
  window: Metric['window'],
): Metric => ({
  key: 'stars',
  label: metric,
  unit: 'STARS',
  value,
  numerator: reviews,
  denominator: reviews,
  distinctCounterparties: raters,
  target: null,
  condition: 'AT_LEAST',
  status: value === null ? 'NOT_ENOUGH_DATA' : 'GOOD',
  window,
  excluded: null,
});

type StarBand = PresetBand & { readonly atLeast: { readonly value: number } };

/** How many reviews of five stars today would be enough. */
function nextStars(preset: StarsPreset, band: StarBand, weights: Weights): NextBand {
  const withFives = (more: number) => weights.with(4, weights[4]! + more);
  const isEnough = (more: number) => shownStars(preset, scoreOf(preset, withFives(more))) >= band.atLeast.value;
  let enough = 1;
  while (!isEnough(enough)) enough *= 2;
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return {
    band: band.key,
    level: band.level,
    points: 0,
    suggestion: (locale) => starsMissing(band.label, enough, locale),
  };
}
