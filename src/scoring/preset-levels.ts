import type { RatingFacts } from './preset-facts.ts';
import {
  MOST_REASONS,
  type Excluded,
  type Metric,
  type NextBand,
  type PresetFactor,
  type PresetGrade,
} from './preset-grade.ts';
import { DIMENSION_KEYS, type LevelsPreset, type PresetBand } from './preset-policy.ts';
import { factorText, pointsMissing, noRatings } from './preset-texts.ts';
import type { Reason } from './reasons.ts';

/** The ground on which points of one buyer beyond the cap are left out. */
export const SAME_BUYER_CAP = 'SAME_BUYER_CAP';

/** Points of all ratings, those of one buyer in one month never more than the cap either way. */
interface Points {
  readonly total: number;
  readonly uncapped: number;
  readonly leftOut: number; // points, for or against
  readonly ratingsOverCap: number; // of buyers in months over the cap
  readonly good: number; // ratings
  readonly neutral: number;
  readonly bad: number;
}

export function levelsGrade(preset: LevelsPreset, facts: RatingFacts, asOfDay: number): PresetGrade {
  const points = pointsOf(preset, facts);
  const ratings = points.good + points.neutral + points.bad;
  const rank = preset.ranks.findLast(({ atLeast }) => points.total >= atLeast.value);
  const next = preset.ranks.find(({ atLeast }) => points.total < atLeast.value);
  const factors = factorsOf(preset, points);
  return {
    band: rank ?? preset.unranked,
    evidence: {
      postings: ratings,
      goodMass: points.good,
      badMass: points.bad,
      distinctCounterparties: facts.raters,
      since: facts.firstDay,
    },
    metrics: [pointsMetric(preset, facts, points, asOfDay), ...dimensionMetrics(preset, facts, asOfDay)],
    factors,
    reasons: ratings === 0 ? [notEnough()] : reasonsOf(factors),
    next: next ? nextRank(next, next.atLeast.value - points.total, preset) : null,
  };
}

function pointsOf({ points, sameBuyerCap }: LevelsPreset, { patterns }: RatingFacts): Points {
  const cap = sameBuyerCap.value;
  const sum = { total: 0, uncapped: 0, leftOut: 0, ratingsOverCap: 0, good: 0, neutral: 0, bad: 0 };
  for (const { good, neutral, bad, times } of patterns) {
    const raw = good * points.good.value + neutral * points.neutral.value + bad * points.bad.value;
    const counted = Math.min(cap, Math.max(-cap, raw));
    sum.total += times * counted;
    sum.uncapped += times * raw;
    sum.leftOut += times * Math.abs(raw - counted);
    if (raw !== counted) sum.ratingsOverCap += times * (good + neutral + bad);
    sum.good += times * good;
    sum.neutral += times * neutral;
    sum.bad += times * bad;
  }
  return sum;
}

/** Held against the points of the first rank, which is what is expected of everyone. */
function pointsMetric(
  preset: LevelsPreset,
  { raters, firstDay }: RatingFacts,
  points: Points,
  asOfDay: number,
): Metric {
  const ratings = points.good + points.neutral + points.bad;
  const target = preset.ranks[0]!.atLeast.value;
  const excluded: Excluded = {
    value: points.uncapped,
    numerator: points.leftOut,
    denominator: points.ratingsOverCap,
    grounds: [SAME_BUYER_CAP],
  };
  return {
    key: 'rating_points',
    label: preset.metric,
    unit: 'POINTS',
    value: ratings === 0 ? null : points.total,
    numerator: points.total,
    denominator: ratings,
    distinctCounterparties: raters,
    target,
    condition: 'AT_LEAST',
    status: ratings === 0 ? 'NOT_ENOUGH_DATA' : points.total >= target ? 'GOOD' : 'BAD',
    window: { from: firstDay, to: asOfDay },
    excluded: points.leftOut === 0 ? null : excluded,
  };
}

const dimensionMetrics = ({ dimensions }: LevelsPreset, facts: RatingFacts, asOfDay: number): Metric[] =>
  DIMENSION_KEYS.map((key, i) => {
    const { count, sum, raters } = facts.dimensions[i]!;
    return {
      key,
      label: dimensions.labels[key],
      unit: 'STARS',
      value: count === 0 ? null : sum / count,
      numerator: sum,
      denominator: count,
      distinctCounterparties: raters,
      target: null,
      condition: 'AT_LEAST',
      status: count === 0 ? 'NOT_ENOUGH_DATA' : 'GOOD',
      window: { from: asOfDay - dimensions.windowDays.value + 1, to: asOfDay },
      excluded: null,
    };
  });

/** Their points add up to the total. */
function factorsOf({ points }: LevelsPreset, sum: Points): PresetFactor[] {
  const factors: PresetFactor[] = [
    { kind: 'GOOD_RATING', points: sum.good * points.good.value, count: sum.good, label: GOOD },
    { kind: 'NEUTRAL_RATING', points: sum.neutral * points.neutral.value, count: sum.neutral, label: NEUTRAL },
    { kind: 'BAD_RATING', points: sum.bad * points.bad.value, count: sum.bad, label: BAD },
    { kind: SAME_BUYER_CAP, points: sum.total - sum.uncapped, count: sum.ratingsOverCap, label: CAPPED },
  ];
  return factors.filter(({ count }) => count > 0);
}

const GOOD = { en: 'Good ratings', 'zh-CN': '好评' };
const NEUTRAL = { en: 'Neutral ratings', 'zh-CN': '中评' };
const BAD = { en: 'Bad ratings', 'zh-CN': '差评' };
const CAPPED = { en: 'Ratings of one buyer in one month beyond the cap', 'zh-CN': '同一买家当月超出上限的评价' };

export const reasonsOf = (factors: readonly PresetFactor[]): Reason[] =>
  factors
    .filter(({ points }) => points !== 0)
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .slice(0, MOST_REASONS)
    .map((factor) => ({ code: factor.kind, points: factor.points, text: (locale) => factorText(factor, locale) }));

export const notEnough = (): Reason => ({ code: 'NOT_ENOUGH_EVIDENCE', points: 0, text: noRatings });

const nextRank = (rank: PresetBand, missing: number, { sameBuyerCap }: LevelsPreset): NextBand => ({
  band: rank.key,
  level: rank.level,
  points: missing,
  suggestion: (locale) => pointsMissing(rank.label, missing, sameBuyerCap.value, locale),
});
