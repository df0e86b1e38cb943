import { scan } from '../detection/scan.ts';
import { Random } from '../demo/random.ts';
import type { Score } from '../scoring/grade.ts';
import type { Level } from '../scoring/levels.ts';
import type { Aim, Attack } from './attacks.ts';
import { historyOf, type Act } from './history.ts';
import { lossesOf, type Fewest, type Losses, type Reaches } from './losses.ts';
import { scoresOf } from './scores.ts';
import type { World } from './world.ts';

/** More fakes than this are not tried. */
export const MOST_FAKES = 128;
const DAY = 86_400_000;
const SEED = 7;
/** Subjects that are ranked have so many reviews. */
const LEAST_REVIEWS = 5;
/** Of attacks that are timed and whose collateral is counted. */
const ORDINARY_SIZE = 32;

/** The honest state of a world: where everybody stands, and what the marks are that an attacker wants to pass. */
export interface Baseline {
  readonly scores: readonly number[];
  readonly levels: readonly Level[];
  readonly ranked: readonly number[]; // subjects with five reviews or more, the worst first
  readonly held: ReadonlySet<Act>; // what the scan of the honest history holds
  readonly median: number;
  readonly tenth: number;
  readonly scammers: readonly number[];
  readonly honest: readonly number[];
}

export function baselineOf(world: World): Baseline {
  const { targets, scammers } = world;
  const { held } = doubted(world, world.acts);
  const standings = scoresOf(world, world.acts, (act) => held.has(act));
  const scores = standings.map(({ exactScore }) => exactScore);
  const received = Map.groupBy(world.acts, ({ subject }) => subject);
  const ranked = [...received]
    .filter(([, acts]) => acts.length >= LEAST_REVIEWS)
    .map(([subject]) => subject)
    .toSorted((one, other) => scores[one]! - scores[other]! || one - other);
  const at = (share: number): number => Math.floor(share * (ranked.length - 1));
  const isKnown = (subject: number): boolean => received.get(subject)!.length >= 4 * LEAST_REVIEWS;
  return {
    scores,
    levels: standings.map(({ level }) => level),
    ranked,
    held,
    median: scores[ranked[at(0.5)]!]!,
    tenth: scores[ranked[at(0.1)]!]!,
    scammers: spread(
      ranked.slice(0, Math.max(1, at(0.1) + 1)).filter((subject) => scammers?.has(subject) ?? true),
      targets,
    ),
    honest: spread(ranked.slice(at(0.5)).filter(isKnown), targets),
  };
}

/** `count` of a list, evenly from its beginning to its end. */
const spread = (list: readonly number[], count: number): number[] =>
  list.length <= count
    ? [...list]
    : Array.from({ length: count }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]!);

/** What a scan holds or would void, of a history. */
function doubted(world: World, acts: readonly Act[]): { held: Set<Act>; voided: Set<Act> } {
  const ordered = acts.toSorted((one, other) => one.at - other.at);
  const held = new Set<Act>();
  const voided = new Set<Act>();
  for (const { row, outcome } of scan(historyOf(ordered).columns, { table: world.table }).suspicions) {
    if (outcome !== 'COUNTED') held.add(ordered[row]!);
    if (outcome === 'VOID_PROPOSED') voided.add(ordered[row]!);
  }
  return { held, voided };
}

export interface Trial {
  readonly attack: string;
  readonly direction: 'LIFT' | 'SINK';
  readonly fakes: number | null; // without detection, the median over the targets; null: more than MOST_FAKES
  readonly fakesDetected: number | null; // with it
  readonly losses: Losses | null; // of those that are sunk
  readonly cost: number | null; // money for them, minor units; null where a review costs nothing
  readonly costDetected: number | null;
  readonly found: number; // share of an ordinary attack's fakes that is held
  readonly daysToDetection: number | null; // from the first fake; null: not found
  readonly honestHeld: number; // share of honest reviews, above what is held without an attack
  readonly honestVoided: number;
  readonly meanShift: number; // points, of subjects that were not aimed at
}

export function trialOf(world: World, baseline: Baseline, attack: Attack, direction: Trial['direction']): Trial {
  const isLift = direction === 'LIFT';
  const targets = isLift ? baseline.scammers : baseline.honest;
  const scoreAfter = remembered((target, fakes, isWatched) =>
    scoreUnder(world, baseline, attack, { target, isLift, fakes }, isWatched),
  );
  const fewest: Fewest = (reaches, isWatched, share) =>
    fewestFor(targets, (target, fakes) => reaches(scoreAfter(target, fakes, isWatched), target), share);
  const isThere: Reaches = (score) => reachesMark(baseline, isLift, score);
  const price = (fakes: number | null): number | null =>
    fakes === null || !world.costsPurchase
      ? null
      : Math.round(fakes * median(targets.map((t) => world.prices.get(t) ?? 0)));
  const [fakes, fakesDetected] = [fewest(isThere, false), fewest(isThere, true)];
  const target = targets[Math.floor(targets.length / 2)]!;
  return {
    attack: attack.name,
    direction,
    fakes,
    fakesDetected,
    losses: isLift ? null : lossesOf(baseline.levels, isThere, fewest),
    cost: price(fakes),
    costDetected: price(fakesDetected),
    ...consequencesOf(world, baseline, attack, { target, isLift, fakes: ORDINARY_SIZE }),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted.length === 0 ? Number.POSITIVE_INFINITY : sorted[Math.floor((sorted.length - 1) / 2)]!;
}

const attackActs = (world: World, attack: Attack, aim: Aim): Act[] =>
  attack.acts(world, aim, new Random(SEED).fork(`${attack.name} ${aim.target}`));

const SIZES: readonly number[] = [1, 2, 4, 6, 8, 12, 16, 20, 24, 34, 48, 64, 84, 104, MOST_FAKES];

/** The fewest fakes of these sizes that are enough for a share of the targets, and for one at least; null where none is. */
export function fewestFor(
  targets: readonly number[],
  reaches: (target: number, fakes: number) => boolean,
  share = 0.5,
): number | null {
  let left = [...targets];
  for (const fakes of SIZES) {
    left = left.filter((target) => !reaches(target, fakes));
    if (left.length < targets.length && left.length <= targets.length * (1 - share)) return fakes;
  }
  return null;
}

/** Whether so many fakes reach the mark. */
export const isEnough = (world: World, baseline: Baseline, attack: Attack, aim: Aim, isWatched: boolean): boolean =>
  reachesMark(baseline, aim.isLift, scoreUnder(world, baseline, attack, aim, isWatched));

const reachesMark = ({ median, tenth }: Baseline, isLift: boolean, { exactScore }: Score): boolean =>
  isLift ? exactScore >= median : exactScore < tenth;

type ScoreAfter = (target: number, fakes: number, isWatched: boolean) => Score;

/** The same, with each score worked out once. */
function remembered(scoreAfter: ScoreAfter): ScoreAfter {
  const known = new Map<string, Score>();
  return (target, fakes, isWatched) => {
    const key = `${target} ${fakes} ${isWatched}`;
    const score = known.get(key) ?? scoreAfter(target, fakes, isWatched);
    known.set(key, score);
    return score;
  };
}

/** The target's score after so many fakes. */
function scoreUnder(world: World, baseline: Baseline, attack: Attack, aim: Aim, isWatched: boolean): Score {
  const acts = [...world.acts, ...attackActs(world, attack, aim)];
  const { held } = isWatched ? doubted(world, acts) : { held: baseline.held };
  return scoresOf(world, acts, (act) => held.has(act))[aim.target]!;
}

function consequencesOf(world: World, baseline: Baseline, attack: Attack, aim: Aim) {
  const added = attackActs(world, attack, aim);
  const acts = [...world.acts, ...added];
  const fakes = added.filter(({ mark }) => mark === 'FAKE');
  const { held, voided } = doubted(world, acts);
  const honest = world.acts.filter(({ mark }) => mark === 'HONEST');
  const scores = scoresOf(world, acts, (act) => held.has(act));
  const touched = new Set(added.map(({ subject }) => subject));
  const others = baseline.scores.flatMap((before, subject) =>
    touched.has(subject) ? [] : [Math.abs(scores[subject]!.exactScore - before)],
  );
  const share = (set: ReadonlySet<Act>, of: readonly Act[]): number =>
    of.filter((act) => set.has(act)).length / of.length;
  return {
    found: share(held, fakes),
    daysToDetection: daysToDetection(world, acts, fakes),
    honestHeld: Math.max(0, share(held, honest) - share(baseline.held, honest)),
    honestVoided: share(voided, honest),
    meanShift: others.reduce((sum, shift) => sum + shift, 0) / Math.max(1, others.length),
  };
}

/** Days from the first fake until a scan, at one of a few moments, holds a quarter of those that have come in. */
function daysToDetection(world: World, acts: readonly Act[], fakes: readonly Act[]): number | null {
  const first = fakes.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  for (const days of [1, 2, 3, 5, 7, 10, 14, 21, 30, 60, 120]) {
    const until = first + days * DAY;
    const known = acts.filter(({ at }) => at <= until);
    const { held } = doubted(world, known);
    const come = fakes.filter(({ at }) => at <= until);
    if (come.filter((act) => held.has(act)).length >= come.length / 4) return days;
    if (until >= world.now) return null;
  }
  return null;
}
