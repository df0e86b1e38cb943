import type { Reader } from '../db/tx.ts';
import { recordOfCodes, type CodeRecord } from './suspicions.queries.ts';

/** A code's record among what people decided, and the weight that this alone would give it. */
export interface EvidencePrecision extends Pick<
  CodeRecord,
  'code' | 'family' | 'confirmed' | 'dismissed' | 'logLikelihoodRatio'
> {
  readonly precision: number; // 0 to 1
  readonly proposedLogLikelihoodRatio: number | null;
}

/** Fewer decisions teach nothing. */
const LEAST_DECIDED = 10;
/** Added to each cell, as in detection/fit.ts: no ratio is ever infinite. */
const SMOOTHING = 0.5;

export const evidencePrecision = async (on: Reader): Promise<EvidencePrecision[]> =>
  (await recordOfCodes(on)).map(precisionFrom);

export function precisionFrom(record: CodeRecord): EvidencePrecision {
  const { code, family, confirmed, dismissed, logLikelihoodRatio } = record;
  return {
    code,
    family,
    confirmed,
    dismissed,
    logLikelihoodRatio,
    precision: confirmed / (confirmed + dismissed),
    proposedLogLikelihoodRatio: confirmed + dismissed < LEAST_DECIDED ? null : weightOfEvidence(record),
  };
}

/** After I. J. Good, "Weight of evidence" (1950): the log of the share among fakes over the share among honest ones. */
function weightOfEvidence({ confirmed, dismissed, confirmedInAll, dismissedInAll }: CodeRecord): number {
  const amongFakes = (confirmed + SMOOTHING) / (confirmedInAll + 2 * SMOOTHING);
  const amongHonest = (dismissed + SMOOTHING) / (dismissedInAll + 2 * SMOOTHING);
  return Math.log(amongFakes / amongHonest);
}
