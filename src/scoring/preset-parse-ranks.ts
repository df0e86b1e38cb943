import { asList, asObject, refuse, type Path } from './checks.ts';
import {
  BAND_FIELDS,
  checkBands,
  DAYS,
  HEAD_FIELDS,
  MANY,
  parseBand,
  parseHead,
  parseSourced,
  parseSourcedAbove,
  parseSourcedWhole,
  parseWording,
  type Head,
} from './preset-parse.ts';
import { DIMENSION_KEYS, type LevelsPreset, type PresetBand, type Sourced, type StarsPreset } from './preset-policy.ts';

const STARS = [1, 5] as const;

export function parseLevels(document: unknown): LevelsPreset {
  const own = ['metric', 'points', 'stars', 'sameBuyerCap', 'dimensions', 'unranked', 'ranks'];
  const fields = asObject(document, [], [...HEAD_FIELDS, ...own]);
  const head = parseHead(fields);
  const points = asObject(fields['points'], ['points'], ['good', 'neutral', 'bad']);
  const point = (key: string) => parseSourcedWhole(points[key], ['points', key], head, [-100, 100]);
  const unranked = parseBand(asObject(fields['unranked'], ['unranked'], BAND_FIELDS), ['unranked']);
  const ranks = parseSteps(fields['ranks'], ['ranks'], head, MANY);
  checkBands(ranks, [unranked], ['ranks'], true);
  ranks.forEach(({ atLeast }, i) => {
    const below = ranks[i - 1];
    if (below && atLeast.value <= below.atLeast.value)
      refuse(['ranks', String(i), 'atLeast'], `must be more than ${below.atLeast.value}, the rank's below`);
  });
  return {
    ...head,
    method: 'LEVELS',
    metric: parseWording(fields['metric'], ['metric']),
    points: { good: point('good'), neutral: point('neutral'), bad: point('bad') },
    stars: parseStarMeaning(fields['stars'], head),
    sameBuyerCap: parseSourcedWhole(fields['sameBuyerCap'], ['sameBuyerCap'], head, [1, MANY[1]]),
    dimensions: parseDimensions(fields['dimensions'], head),
    unranked,
    ranks,
  };
}

function parseStarMeaning(value: unknown, head: Head): LevelsPreset['stars'] {
  const fields = asObject(value, ['stars'], ['goodFrom', 'badTo']);
  const badTo = parseSourcedWhole(fields['badTo'], ['stars', 'badTo'], head, STARS);
  const goodFrom = parseSourcedWhole(fields['goodFrom'], ['stars', 'goodFrom'], head, STARS);
  if (goodFrom.value <= badTo.value) refuse(['stars', 'goodFrom'], `must be more than badTo, ${badTo.value}`);
  return { goodFrom, badTo };
}

function parseDimensions(value: unknown, head: Head): LevelsPreset['dimensions'] {
  const fields = asObject(value, ['dimensions'], ['windowDays', 'labels']);
  const labels = asObject(fields['labels'], ['dimensions', 'labels'], DIMENSION_KEYS);
  const label = (key: string) => parseWording(labels[key], ['dimensions', 'labels', key]);
  return {
    windowDays: parseSourcedWhole(fields['windowDays'], ['dimensions', 'windowDays'], head, DAYS),
    labels: { description: label('description'), service: label('service'), logistics: label('logistics') },
  };
}

export function parseStars(document: unknown): StarsPreset {
  const fields = asObject(
    document,
    [],
    [...HEAD_FIELDS, 'metric', 'prior', 'halfLifeDays', 'step', 'unrated', 'bands'],
  );
  const head = parseHead(fields);
  const prior = asObject(fields['prior'], ['prior'], ['reviews', 'stars']);
  const unrated = parseBand(asObject(fields['unrated'], ['unrated'], BAND_FIELDS), ['unrated']);
  const bands = parseSteps(fields['bands'], ['bands'], head, STARS);
  checkBands(bands, [unrated], ['bands']);
  bands.forEach(({ atLeast }, i) => {
    const better = bands[i - 1];
    if (better && atLeast.value >= better.atLeast.value)
      refuse(['bands', String(i), 'atLeast'], `must be less than ${better.atLeast.value}, the band's above`);
  });
  if (bands.at(-1)!.atLeast.value > STARS[0])
    refuse(['bands', String(bands.length - 1), 'atLeast'], 'must be 1: every merchant with reviews has a band');
  return {
    ...head,
    method: 'STARS',
    metric: parseWording(fields['metric'], ['metric']),
    prior: {
      reviews: parseSourcedAbove(prior['reviews'], ['prior', 'reviews'], head, [0, 1_000_000]),
      stars: parseSourced(prior['stars'], ['prior', 'stars'], head, STARS),
    },
    halfLifeDays: parseSourcedWhole(fields['halfLifeDays'], ['halfLifeDays'], head, DAYS),
    step: parseSourced(fields['step'], ['step'], head, [0.1, 1]),
    unrated,
    bands,
  };
}

/** Bands that begin at some number. */
function parseSteps(
  value: unknown,
  path: Path,
  head: Head,
  range: readonly [number, number],
): (PresetBand & { atLeast: Sourced })[] {
  const steps = asList(value, path, 100).map((each, i) => {
    const at = [...path, String(i)];
    const fields = asObject(each, at, [...BAND_FIELDS, 'atLeast']);
    return { ...parseBand(fields, at), atLeast: parseSourced(fields['atLeast'], [...at, 'atLeast'], head, range) };
  });
  if (steps.length === 0) refuse(path, 'must have at least 1 entry');
  return steps;
}
