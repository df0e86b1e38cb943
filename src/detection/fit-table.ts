import { weightOf } from './evidence.ts';
import { fitShares, fitSteps } from './fit.ts';
import type { EvidenceCode, LlrTable, Steps } from './llr.ts';

/** A labelled case: how strong each code is in it. A strength that is NaN is unknown and teaches nothing. */
export interface Case {
  readonly isFake: boolean;
  readonly strengths: readonly (readonly [EvidenceCode, number])[];
}

/** A whole table from labelled cases, each code by itself. */
export function fitTable(cases: readonly Case[], bins = 400): LlrTable {
  const columns = new Map<EvidenceCode, { strengths: number[]; labels: boolean[] }>();
  for (const { isFake, strengths } of cases) {
    for (const [code, strength] of strengths) {
      if (Number.isNaN(strength)) continue;
      const column = columns.get(code) ?? { strengths: [], labels: [] };
      columns.set(code, column);
      column.strengths.push(strength);
      column.labels.push(isFake);
    }
  }
  const table: Partial<Record<EvidenceCode, Steps>> = {};
  for (const [code, { strengths, labels }] of columns) table[code] = fitSteps(strengths, labels, bins);
  return table;
}

/** One honest case in so many teaches the shares: there are far more of them than is needed. */
const THINNING = 6;

/** The same, each code's weight less what other codes tell as well. A code that tells nothing of its own is left out. */
export function discounted(cases: readonly Case[], bins = 400): LlrTable {
  const table = fitTable(cases, bins);
  const codes = Object.keys(table) as EvidenceCode[];
  const taught = cases.filter(({ isFake }, index) => isFake || index % THINNING === 0);
  const weights = taught.map(({ strengths }) => {
    const byCode = new Map(strengths);
    return Float64Array.from(codes, (code) => weightOf(table, code, byCode.get(code) ?? Number.NaN));
  });
  const shares = fitShares(
    weights,
    taught.map(({ isFake }) => isFake),
  );
  return Object.fromEntries(
    codes.flatMap((code, i) => {
      const steps = table[code]!.map(([from, llr]) => [from, llr * shares[i]!] as const);
      return shares[i]! > 0 ? [[code, steps]] : [];
    }),
  );
}

/** The largest share of fakes that a threshold finds while at least `precision` of what it finds are fakes. */
export function recallAt(precision: number, scores: readonly number[], isFake: readonly boolean[]): number {
  const order = [...scores.keys()].toSorted((a, b) => scores[b]! - scores[a]!);
  const fakes = isFake.filter(Boolean).length;
  let found = 0;
  let best = 0;
  for (const [rank, index] of order.entries()) {
    if (isFake[index]) found++;
    const isTie = rank + 1 < order.length && scores[order[rank + 1]!] === scores[index];
    if (!isTie && found / (rank + 1) >= precision) best = found;
  }
  return fakes === 0 ? 0 : best / fakes;
}
