import { CODES, type EvidenceCode, type Family, type LlrTable } from './llr.ts';

/** One ground to doubt, or to trust, and how much it weighs. */
export interface EvidenceRow {
  readonly family: Family;
  readonly code: EvidenceCode;
  readonly observed: number | null;
  readonly expected: number | null; // of honest conduct
  readonly logLikelihoodRatio: number; // nats; above 0 speaks for a fake
  readonly detail: Readonly<Record<string, string | number>>;
  /** What it rests on beside the review or the orders in doubt, for whoever looks at it: a few, or left out where figures say all. */
  readonly facts?: readonly EvidenceFact[];
}

/** Something that can be looked up; whose ids these are is told by its type. */
export interface EvidenceFact {
  readonly type: 'Review' | 'Order' | 'Buyer' | 'Merchant';
  readonly ids: readonly string[];
}

/** Of reviews, how many are fakes before anything is known of them. */
export const BASE_RATE = 0.05;
const VOID_PROPOSED_FROM = 0.95;
const HELD_FROM = 0.7;
const FAMILIES_TO_VOID = 2;

export type Outcome = 'VOID_PROPOSED' | 'HELD' | 'COUNTED';

/**
 * The row of a code for a strength of it, weighed by the table; null where it weighs nothing. What is observed and expected is for
 * readers: the strength alone decides.
 */
export function evidenceOf(
  table: LlrTable,
  code: EvidenceCode,
  strength: number,
  said: Pick<EvidenceRow, 'observed' | 'expected'> & Partial<Pick<EvidenceRow, 'detail' | 'facts'>>,
): EvidenceRow | null {
  const logLikelihoodRatio = weightOf(table, code, strength);
  if (logLikelihoodRatio === 0) return null;
  return { family: CODES[code], code, logLikelihoodRatio, detail: {}, ...said };
}

/** What a strength of a code weighs: that of the highest step that it reaches; 0 below all. */
export function weightOf(table: LlrTable, code: EvidenceCode, strength: number): number {
  const steps = table[code] ?? [];
  for (let i = steps.length - 1; i >= 0; i--) if (strength >= steps[i]![0]) return steps[i]![1];
  return 0;
}

/** logistic(prior log-odds + Σ LLR), with at most one row a code: of several the one that speaks loudest for a fake. */
export function probabilityOf(rows: readonly EvidenceRow[], baseRate = BASE_RATE): number {
  let logOdds = Math.log(baseRate / (1 - baseRate));
  for (const { logLikelihoodRatio } of oneEach(rows)) logOdds += logLikelihoodRatio;
  return 1 / (1 + Math.exp(-logOdds));
}

/** At most one row a code. */
export function oneEach(rows: readonly EvidenceRow[]): EvidenceRow[] {
  const loudest = new Map<EvidenceCode, EvidenceRow>();
  for (const row of rows) {
    const known = loudest.get(row.code);
    if (!known || row.logLikelihoodRatio > known.logLikelihoodRatio) loudest.set(row.code, row);
  }
  return [...loudest.values()];
}

/** What is to become of it. One family of evidence, however loud, never voids: a sale is no fraud. */
export function outcomeOf(rows: readonly EvidenceRow[], baseRate = BASE_RATE): Outcome {
  const probability = probabilityOf(rows, baseRate);
  const against = oneEach(rows).filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0);
  const families = new Set(against.map(({ family }) => family)).size;
  if (probability >= VOID_PROPOSED_FROM && families >= FAMILIES_TO_VOID) return 'VOID_PROPOSED';
  return probability >= HELD_FROM ? 'HELD' : 'COUNTED';
}
