import type { CompiledPolicy } from './compiled.ts';
import { gradeOf, type Balance, type Grade } from './grade.ts';
import { BANDS, CUT_BANDS, type CutBand, type Level } from './levels.ts';
import { foresightOf, type Foresight, type Foretold } from './foresight.ts';
import { segmentsOf, type Segment, type Traits } from './segments.ts';

/** Rows and columns of the transition matrix, the best first. */
export const LEVELS: readonly Level[] = [...BANDS, 'NOT_RATED'];
/** Movers that a report names, in each direction, and those that it names for each cut. */
const MOST_MOVERS = 10;
const MOST_EXAMPLES = 3;
/** Factors that tell why a subject moves. */
const MOST_CAUSES = 3;
const LEAST_POINTS = 0.05; // fewer would be shown as 0.0

/** One subject under both policies at the same instant. */
export interface Tried {
  readonly subjectId: string;
  readonly traits: Traits;
  readonly before: Balance;
  readonly after: Balance;
  /** Of its later deals, by what each policy knew beforehand; null where it has none. */
  readonly foretold: {
    readonly before: number;
    readonly after: number;
    readonly good: number;
    readonly bad: number;
  } | null;
}

/** A subject whose grade is not what it was, and why. Scores are those shown: null while NOT_RATED. */
export interface Move {
  readonly subjectId: string;
  readonly from: Level;
  readonly to: Level;
  readonly scoreBefore: number | null;
  readonly scoreAfter: number | null;
  readonly points: number | null; // of the exact score; null where it is not rated under one of the policies
  readonly causes: readonly Cause[]; // the largest first
}

/**
 * What moves a score: a posting kind with the points that it gives more, or less, than before. Or what moves a level alone: a gate
 * or a cap that holds it under one of the policies, or CERTAINTY, the distance that the low score keeps from the score.
 */
export interface Cause {
  readonly code: string; // a posting kind, GATE_ and a level, CAP_ and a condition, or CERTAINTY
  readonly points: number; // 0 for a gate or a cap
}

/** How many cross the cut of a level, and those of them that move furthest. */
export interface Crossing {
  readonly level: CutBand;
  readonly upwards: number;
  readonly downwards: number;
  readonly examples: readonly string[]; // subject ids
}

export interface BacktestReport {
  readonly subjects: number;
  readonly changed: number; // in their level
  readonly levels: readonly Level[];
  readonly transitions: readonly (readonly number[])[]; // from the level of the row to that of the column, as in `levels`
  readonly crossings: readonly Crossing[];
  readonly segments: readonly Segment[];
  readonly movers: { readonly up: readonly Move[]; readonly down: readonly Move[] };
  readonly foresight: { readonly before: Foresight; readonly after: Foresight };
}

/** A backtest in the making. */
export interface Backtest {
  readonly before: CompiledPolicy;
  readonly after: CompiledPolicy;
  readonly at: number;
  readonly transitions: number[][];
  readonly crossings: Map<CutBand, { upwards: number; downwards: number; readonly furthest: Move[] }>;
  readonly segments: ReturnType<typeof segmentsOf>;
  readonly up: Move[];
  readonly down: Move[];
  readonly foretoldBefore: Foretold[];
  readonly foretoldAfter: Foretold[];
}

export const openBacktest = (before: CompiledPolicy, after: CompiledPolicy, at: number): Backtest => ({
  before,
  after,
  at,
  transitions: LEVELS.map(() => LEVELS.map(() => 0)),
  crossings: new Map(CUT_BANDS.map((band) => [band, { upwards: 0, downwards: 0, furthest: [] }])),
  segments: segmentsOf(at),
  up: [],
  down: [],
  foretoldBefore: [],
  foretoldAfter: [],
});

/** Takes a subject into account. Null unless its level changes. */
export function addSubject(backtest: Backtest, tried: Tried): Move | null {
  const before = gradeOf(backtest.before, tried.before, backtest.at);
  const after = gradeOf(backtest.after, tried.after, backtest.at);
  backtest.transitions[LEVELS.indexOf(before.level)]![LEVELS.indexOf(after.level)]!++;
  backtest.segments.add(tried.traits, before, after);
  const { foretold } = tried;
  if (foretold) {
    const { good, bad } = foretold;
    backtest.foretoldBefore.push({ probability: foretold.before, good, bad });
    backtest.foretoldAfter.push({ probability: foretold.after, good, bad });
  }
  if (before.level === after.level && before.exactScore === after.exactScore) return null;
  const move = moveOf(tried.subjectId, before, after);
  countCrossings(backtest, move);
  if (move.points !== null && Math.abs(move.points) >= LEAST_POINTS)
    keepFurthest(move.points > 0 ? backtest.up : backtest.down, move, MOST_MOVERS);
  return before.level === after.level ? null : move;
}

export function reportOf(backtest: Backtest): BacktestReport {
  const { transitions, crossings, up, down, foretoldBefore, foretoldAfter } = backtest;
  const subjects = transitions.flat().reduce((sum, count) => sum + count, 0);
  return {
    subjects,
    changed: subjects - transitions.reduce((sum, row, i) => sum + row[i]!, 0),
    levels: LEVELS,
    transitions,
    crossings: [...crossings].map(([level, { upwards, downwards, furthest }]) => ({
      level,
      upwards,
      downwards,
      examples: furthest.map(({ subjectId }) => subjectId),
    })),
    segments: backtest.segments.all(),
    movers: { up, down },
    foresight: { before: foresightOf(foretoldBefore), after: foresightOf(foretoldAfter) },
  };
}

function moveOf(subjectId: string, before: Grade, after: Grade): Move {
  const isRated = before.score !== null && after.score !== null;
  return {
    subjectId,
    from: before.level,
    to: after.level,
    scoreBefore: before.score,
    scoreAfter: after.score,
    points: isRated ? after.exactScore - before.exactScore : null,
    causes: isRated ? causesOf(before, after) : [], // while it is not rated nothing tells its score
  };
}

/** A change of the starting score is of no kind, and told by the policies' difference. */
function causesOf(before: Grade, after: Grade): Cause[] {
  const points = new Map<string, number>();
  for (const factor of after.factors) points.set(factor.kind, factor.points);
  for (const factor of before.factors) points.set(factor.kind, (points.get(factor.kind) ?? 0) - factor.points);
  if (after.level !== before.level) points.set('CERTAINTY', cautionOf(before) - cautionOf(after));
  const moving = [...points]
    .map(([code, moved]) => ({ code, points: moved }))
    .filter((cause) => Math.abs(cause.points) >= LEAST_POINTS)
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const holds = after.level === before.level ? [] : holdsOf(before, after);
  return [...moving.slice(0, MOST_CAUSES - holds.length), ...holds];
}

const cautionOf = ({ exactScore, lowScore }: Grade): number => exactScore - lowScore;

/** The gate or cap that binds under one policy only. */
function holdsOf(before: Grade, after: Grade): Cause[] {
  const codes = ({ gate, cap }: Grade) => [
    ...(gate ? [`GATE_${gate.gate.level}`] : []),
    ...(cap ? [`CAP_${cap.when}`] : []),
  ];
  const both = [...codes(after), ...codes(before)];
  return both
    .filter((code) => codes(before).includes(code) !== codes(after).includes(code))
    .slice(0, 1)
    .map((code) => ({ code, points: 0 }));
}

/** From NOT_RATED to a level crosses no cut, nor does the way back. */
function countCrossings({ crossings }: Backtest, move: Move): void {
  if (move.from === 'NOT_RATED' || move.to === 'NOT_RATED') return;
  const [from, to] = [BANDS.indexOf(move.from), BANDS.indexOf(move.to)];
  for (const band of CUT_BANDS) {
    const place = BANDS.indexOf(band);
    const crossing = crossings.get(band)!;
    if (from > place && to <= place) crossing.upwards++;
    else if (from <= place && to > place) crossing.downwards++;
    else continue;
    keepFurthest(crossing.furthest, move, MOST_EXAMPLES);
  }
}

/** Keeps the list sorted, those who move furthest first; of equals the one that came first. */
function keepFurthest(list: Move[], move: Move, most: number): void {
  const far = ({ points }: Move) => Math.abs(points ?? 0);
  if (list.length === most && far(move) <= far(list.at(-1)!)) return;
  const place = list.findIndex((each) => far(each) < far(move));
  list.splice(place < 0 ? list.length : place, 0, move);
  if (list.length > most) list.pop();
}
