import { causelessness, causelessOf, type Causeless } from './causeless.ts';
import { checkColumns, indicesWhere, type ReviewColumns } from './columns.ts';
import { denseBlocks, type DenseBlock } from './dense-blocks.ts';
import { BASE_RATE, evidenceOf, outcomeOf, probabilityOf, type EvidenceRow, type Outcome } from './evidence.ts';
import { DEFAULT_LLRS } from './llr-default.ts';
import type { EvidenceCode, LlrTable } from './llr.ts';
import { reliabilitiesOf, type Reliabilities } from './reweigh.ts';
import { ringsOf, type Ring, type Rings } from './rings.ts';
import { surgesOf, type Surges } from './surges.ts';

export interface Suspicion {
  readonly row: number; // of the review
  readonly probability: number;
  readonly outcome: Outcome;
  readonly evidence: readonly EvidenceRow[];
}

export interface Scan {
  /** Reviews of at least `from`, by default even odds; in the order of the rows. */
  readonly suspicions: readonly Suspicion[];
  readonly rings: readonly Ring[];
  readonly blocks: readonly Ring[]; // dense blocks among the surges
  readonly reliabilities: Reliabilities;
}

export interface ScanOptions {
  readonly table?: LlrTable;
  readonly baseRate?: number;
  readonly from?: number; // least probability to report
  /** What else is known of a review, such as its rows of stage 1: added before it is judged. */
  readonly known?: (row: number) => readonly EvidenceRow[];
  readonly knownSince?: Float64Array; // when each reviewer registered, ms
}

/** Stage 2: the whole window at once. Reads the columns, keeps nothing, and touches nobody. */
export function scan(columns: ReviewColumns, options: ScanOptions = {}): Scan {
  checkColumns(columns);
  const { table = DEFAULT_LLRS, baseRate = BASE_RATE, from = 0.5, known } = options;
  const signs = signsOf(columns, options.knownSince);
  const least = Math.log(from / (1 - from)) - Math.log(baseRate / (1 - baseRate));
  const suspicions: Suspicion[] = [];
  const weigh = weigher(signs, table);
  for (let row = 0; row < columns.times.length; row++) {
    if (!known && weigh(row) < least) continue;
    const evidence = [...evidenceFor(signs, row, table), ...(known?.(row) ?? [])];
    const probability = probabilityOf(evidence, baseRate);
    if (probability >= from) suspicions.push({ row, probability, outcome: outcomeOf(evidence, baseRate), evidence });
  }
  return { suspicions, rings: signs.rings.rings, blocks: signs.blocks, reliabilities: signs.reliabilities };
}

/** What is seen in the columns, before it is weighed. */
export interface Signs {
  readonly columns: ReviewColumns;
  readonly reliabilities: Reliabilities;
  readonly surges: Surges;
  readonly causeless: Causeless;
  readonly rings: Rings;
  readonly blocks: readonly Ring[];
  readonly inBlock: Float32Array; // of each review: the density of the block that it is an edge of, or 0
}

export function signsOf(columns: ReviewColumns, knownSince?: Float64Array): Signs {
  const reliabilities = reliabilitiesOf(columns);
  const surges = surgesOf(columns, reliabilities.before, knownSince);
  const rings = ringsOf(columns);
  return { columns, reliabilities, surges, causeless: causelessOf(columns), rings, ...blocksOf(columns, surges) };
}

/** How surprising a surge must be for its reviews to be looked at as a graph, and how dense a block to be told from chance. */
const SURPRISING = 3;
const LEAST_DENSITY = 0.7;
const MOST_BLOCKS = 10;

/** Dense blocks among the reviews of surges. A column is a week of
 * a subject: over all time, the densest block is but the best customers of the largest shops. */
function blocksOf(columns: ReviewColumns, { surprise, week, weekCount }: Surges): Pick<Signs, 'blocks' | 'inBlock'> {
  const chosen = indicesWhere(week.length, (row) => surprise[week[row]!]! >= SURPRISING);
  const rows = chosen.map((row) => columns.reviewers[row]!);
  const weeks = chosen.map((row) => week[row]!);
  const graph = { rows, columns: weeks, rowCount: columns.reviewerCount, columnCount: weekCount };
  const found = denseBlocks(graph, MOST_BLOCKS, LEAST_DENSITY).filter(isGroup);
  const inBlock = new Float32Array(columns.times.length);
  const blocks = found.map((block) => {
    const members = new Set(block.rows);
    const weeksIn = new Set(block.columns);
    const inIt = chosen.filter((row) => members.has(columns.reviewers[row]!) && weeksIn.has(week[row]!));
    for (const row of inIt) inBlock[row] = block.density;
    const targets = [...new Set(inIt.map((row) => columns.subjects[row]!))];
    return { members: block.rows, targets, density: block.density };
  });
  return { blocks, inBlock };
}

const isGroup = ({ rows, columns }: DenseBlock): boolean => rows.length >= 3 && columns.length >= 2;

/** Codes that all reviews of one week of one subject share, and the strength of each. */
const OF_WEEK: readonly (readonly [EvidenceCode, (surges: Surges, week: number) => number])[] = [
  ['SURGE', ({ surprise }, week) => surprise[week]!],
  ['SURGE_OF_NEWCOMERS', ({ newcomers }, week) => newcomers[week]!],
  ['SURGE_OF_SLEEPERS', ({ sleepers }, week) => sleepers[week]!],
  ['SURGE_OUT_OF_HABIT', ({ outOfHabit }, week) => outOfHabit[week]!],
];
/** Those that each review has for itself. */
const OF_REVIEW: readonly (readonly [EvidenceCode, (signs: Signs, row: number) => number])[] = [
  ['AGAINST_THE_REST', ({ surges }, row) => surges.against[row]!],
  ['BLAME_WITHOUT_CAUSE', ({ columns, causeless }, row) => causelessness(columns, causeless, row)],
  ['CO_REVIEW', ({ rings }, row) => rings.fellows[row]!],
  ['DENSE_BLOCK', ({ inBlock }, row) => inBlock[row]!],
  ['RELIABILITY', ({ reliabilities, columns }, row) => 1 - reliabilities.after[columns.reviewers[row]!]!],
  ['EXTREME_STARS', ({ columns }, row) => Math.abs(columns.valences[row]!) / 100],
];
/** The codes of stage 2 and the strength of each for a review. */
const STRENGTHS: typeof OF_REVIEW = [
  ...OF_WEEK.map(
    ([code, strength]) => [code, ({ surges }: Signs, row: number) => strength(surges, surges.week[row]!)] as const,
  ),
  ...OF_REVIEW,
];

/** The strengths of a review, by code: what a table is fitted from. */
export const strengthsOf = (signs: Signs, row: number): (readonly [EvidenceCode, number])[] =>
  STRENGTHS.map(([code, strength]) => [code, strength(signs, row)]);

/** Σ LLR of a review, without making rows: nearly all are found harmless. What a week has in common is weighed once. */
export function weigher(signs: Signs, table: LlrTable): (row: number) => number {
  const { week, weekCount } = signs.surges;
  const ofWeek = summing(OF_WEEK, signs.surges, table);
  const weeks = new Float64Array(weekCount);
  for (let each = 0; each < weekCount; each++) weeks[each] = ofWeek(each, 0);
  const ofReview = summing(OF_REVIEW, signs, table);
  return (row) => ofReview(row, weeks[week[row]!]!);
}

/** Adds what the strengths of these codes weigh to what is there. */
function summing<From>(
  strengths: readonly (readonly [EvidenceCode, (from: From, at: number) => number])[],
  from: From,
  table: LlrTable,
): (at: number, sum: number) => number {
  const codes = strengths
    .filter(([code]) => table[code] !== undefined)
    .map(([code, strength]) => ({
      strength,
      least: Float64Array.from(table[code] ?? [], ([least]) => least),
      llr: Float64Array.from(table[code] ?? [], ([, llr]) => llr),
    }));
  return (at, before) => {
    let sum = before;
    for (let c = 0; c < codes.length; c++) {
      const { strength, least, llr } = codes[c]!;
      const value = strength(from, at);
      let step = least.length - 1;
      while (step >= 0 && !(value >= least[step]!)) step--;
      if (step >= 0) sum += llr[step]!;
    }
    return sum;
  };
}

export function evidenceFor(signs: Signs, row: number, table: LlrTable): EvidenceRow[] {
  return STRENGTHS.map(([code, strength]) =>
    evidenceOf(table, code, strength(signs, row), saidOf(code, signs, row)),
  ).filter((each) => each !== null);
}

type Said = Pick<EvidenceRow, 'observed' | 'expected'> & Partial<Pick<EvidenceRow, 'detail'>>;

/** What readers are told of a review's code. */
function saidOf(code: EvidenceCode, signs: Signs, row: number): Said {
  const { surges, causeless, rings, columns, reliabilities, inBlock } = signs;
  const reviewer = columns.reviewers[row]!;
  const week = surges.week[row]!;
  const surge = { observed: surges.seen[week]!, expected: surges.expected[week]! };
  switch (code) {
    case 'SURGE':
      return { ...surge, detail: { surprise: surges.surprise[week]! } };
    case 'SURGE_OF_NEWCOMERS':
      return { ...surge, detail: { surprise: surges.newcomers[week]! } };
    case 'SURGE_OF_SLEEPERS':
      return { ...surge, detail: { surprise: surges.sleepers[week]! } };
    case 'SURGE_OUT_OF_HABIT':
      return { observed: surges.outOfHabit[week]!, expected: 0 };
    case 'AGAINST_THE_REST':
      return { observed: surges.against[row]!, expected: 0 };
    case 'BLAME_WITHOUT_CAUSE': {
      const subject = columns.subjects[row]!;
      return { observed: causeless.seen[subject]!, expected: causeless.expected[subject]! };
    }
    case 'CO_REVIEW':
      return { observed: rings.fellows[row]!, expected: 0, detail: { ring: rings.ringOf[reviewer]! } };
    case 'DENSE_BLOCK':
      return { observed: inBlock[row]!, expected: 0 };
    case 'RELIABILITY':
      return { observed: reliabilities.after[reviewer]!, expected: 0.8 };
    default:
      return { observed: columns.valences[row]! / 100, expected: null };
  }
}
