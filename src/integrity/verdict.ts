import { oneEach, probabilityOf, type EvidenceRow, type Outcome } from '../detection/evidence.ts';
import { isKnown } from '../detection/known-signs.ts';
import type { HoldingRule, IntegritySettings } from './integrity-settings.ts';

/** What evidence comes to under the settings. */
export interface Verdict {
  readonly probability: number;
  readonly outcome: Outcome; // COUNTED of a doubt: one family alone speaks for it, so that it counts until a person has looked
  readonly isDoubted: boolean; // somebody should look
  readonly isHeld: boolean; // by itself, without a person
  readonly evidence: readonly EvidenceRow[]; // one row a code
}

export function verdictOf(rows: readonly EvidenceRow[], settings: IntegritySettings, rule: HoldingRule): Verdict {
  const evidence = oneEach(rows);
  const probability = probabilityOf(evidence, settings.baseRate);
  const families = new Set(againstOf(evidence).map(({ family }) => family)).size;
  const isVoidable = probability >= settings.voidProposedFrom && families >= settings.voidProposedFamilies;
  const isProbable = isVoidable || probability >= rule.heldFrom;
  const isHeld = isVoidable || (isProbable && families >= rule.heldFamilies);
  const isDoubted = isProbable || evidence.some(isKnown);
  const outcome = isVoidable ? 'VOID_PROPOSED' : isHeld ? 'HELD' : 'COUNTED';
  return { probability, outcome, isDoubted, isHeld: isHeld && rule.holds, evidence };
}

/** What speaks for a fake. */
const againstOf = (rows: readonly EvidenceRow[]): EvidenceRow[] =>
  rows.filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0);
export const codesAgainst = (rows: readonly EvidenceRow[]): string[] => againstOf(rows).map(({ code }) => code);
