import type { Reader } from '../db/tx.ts';
import { conductInForce } from './conduct.loaders.ts';
import type { NewSanction } from './impose.commands.ts';
import { nextStep, type LadderStep, type Offence } from './ladder.ts';
import { strikesAt } from './sanctions.queries.ts';
import type { SanctionedKind } from './sanction.ts';

/** Whom a decision finds guilty, and of what. */
export interface Offender {
  readonly subjectKind: SanctionedKind;
  readonly subjectId: string;
  readonly offences: readonly Offence[]; // the first is the ground that is told
}

export interface AskedStep extends LadderStep {
  readonly offender: Offender;
}

/** What the ladder asks for against each, by the rules of this instant and what they have on it already. Writes nothing. */
export async function stepsFor(on: Reader, now: number, offenders: readonly Offender[]): Promise<AskedStep[]> {
  if (offenders.length === 0) return [];
  const { conduct } = await conductInForce(on, now);
  const ids = [...new Set(offenders.map(({ subjectId }) => subjectId))];
  const records = Map.groupBy(await strikesAt(on, ids, new Date(now)), ({ subjectId }) => subjectId);
  return offenders.map((offender) => ({
    offender,
    ...nextStep(conduct, records.get(offender.subjectId) ?? [], offender.offences, now),
  }));
}

/** What is the same for all measures of one decision. */
export type Decision = Pick<
  NewSanction,
  | 'statement'
  | 'note'
  | 'imposedBy'
  | 'approvedBy'
  | 'decisionId'
  | 'isDetectedAutomatically'
  | 'isDecidedAutomatically'
  | 'territory'
>;

/** A step as `imposeSanctions` takes it. */
export const sanctionFrom = (
  { offender, strikes, kind, endsAt, points }: AskedStep,
  decision: Decision,
): NewSanction => ({
  ...decision,
  subjectKind: offender.subjectKind,
  subjectId: offender.subjectId,
  ground: offender.offences[0]!.ground,
  kind,
  strikes,
  endsAt,
  points,
});
