import type { Tx } from '../db/tx.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { Moment } from '../reviews/void.commands.ts';
import { conductInForce } from '../sanctions/conduct.loaders.ts';
import { annulSanctions, imposeSanctions, type NewSanction } from '../sanctions/impose.commands.ts';
import { stepAt } from '../sanctions/ladder.ts';
import { costing } from './carry-out.ts';
import type { Share } from './penalties.queries.ts';
import {
  replaceMeasure,
  standingMeasures,
  strikesOfAll,
  type StandingMeasure,
  type StrikesSince,
} from './step-down.queries.ts';

/**
 * Later measures that stand a step too high on the ladder, now that the strikes of these shares never were, give way to those that
 * would have been taken then; from then on, too. How many points moved.
 */
export async function stepDown(tx: Tx, ledger: Ledger, lifted: readonly Share[], moment: Moment): Promise<number> {
  const since = new Map<string, number>();
  for (const { subjectId, decidedAt } of lifted)
    since.set(subjectId, Math.min(since.get(subjectId) ?? decidedAt, decidedAt));
  const measures = await standingMeasures(tx, [...since.keys()]);
  const later = measures.filter(({ subjectId, imposedAt }) => imposedAt >= since.get(subjectId)!);
  if (later.length === 0) return 0;
  const strikes = await strikesOfAll(tx, [...since.keys()]);
  let pointsMoved = 0;
  for (const measure of later) {
    const due = await dueInstead(tx, measure, strikes); // few: those of one subject or two, after the one that is overturned
    if (due) pointsMoved += await replace(tx, ledger, measure, due, moment);
  }
  return pointsMoved;
}

type Due = Pick<NewSanction, 'kind' | 'points' | 'endsAt'>;

/** What the ladder would have asked for; null where it is what was done. */
async function dueInstead(tx: Tx, measure: StandingMeasure, strikes: readonly StrikesSince[]): Promise<Due | null> {
  const { subjectId, id, imposedAt, deductPoints } = measure;
  const record = strikes.filter(
    (each) => each.subjectId === subjectId && (each.since < imposedAt || (each.since === imposedAt && each.id < id)),
  );
  const { conduct } = await conductInForce(tx, imposedAt);
  const { kind, points, endsAt } = stepAt(conduct, record, measure.strikes, imposedAt);
  const due = costing(deductPoints, { kind, points, endsAt });
  const isSame = due.kind === measure.kind && due.points === measure.points && due.endsAt === measure.endsAt;
  return isSame ? null : due;
}

async function replace(tx: Tx, ledger: Ledger, measure: StandingMeasure, due: Due, moment: Moment): Promise<number> {
  const { id, imposedAt, deductPoints: _deductPoints, ...rest } = measure;
  const inBooks = { ...moment, ledger };
  const gone = await annulSanctions(tx, inBooks, [{ subjectId: measure.subjectId, id }]);
  const taken = await imposeSanctions(tx, inBooks, [{ ...rest, ...due, since: imposedAt }]);
  await replaceMeasure(tx, measure.subjectId, id, taken.sanctions[0]!.id);
  return gone.pointsMoved + taken.pointsMoved;
}
