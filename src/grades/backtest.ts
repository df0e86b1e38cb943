import type { Pool } from 'pg';
import { inSnapshot, type Snapshot } from '../db/snapshot.ts';
import { DAY_MS, kindNumber } from '../evidence/book.ts';
import { conditionsHeld } from '../evidence/conditions-held.ts';
import { Refusal } from '../kernel/refusal.ts';
import { addSubject, openBacktest, reportOf, type Backtest, type Move } from '../scoring/backtest.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import { badProbability, scoreOf, type Balance } from '../scoring/grade.ts';
import { balanceAtEnd, termsUpTo, trialSetting, type Trial, type TrialSetting } from '../scoring/trial.ts';
import { writtenReport, type WrittenReport } from './backtest-report.ts';
import { categoriesOf, dealSpan, namesOf } from './trials.queries.ts';
import { tryAll, type PageWork } from './trials.ts';

/** Two policies for one kind of subject, and the time that they are tried on. */
export interface BacktestQuestion {
  readonly before: CompiledPolicy;
  readonly after: CompiledPolicy;
  /** Deals after it are foretold from what happened up to it; null: three quarters of the history. */
  readonly from: number | null;
  /** Grades are compared as of this instant, and nothing after it is looked at. */
  readonly to: number;
}

/** A move with whose it is, as the platform knows it. */
export type NamedMove = Move & { readonly externalId: string; readonly name: string | null };

const HELD_OUT_SHARE = 1 / 4;

/** Grades every subject under both policies, from the ledger as it is known now. Writes nothing. */
export function backtest(
  pool: Pool,
  question: BacktestQuestion,
  onMoves?: (moves: readonly NamedMove[]) => void,
): Promise<WrittenReport> {
  return inSnapshot(pool, async (snapshot) => {
    const { before, after, to } = question;
    const cut = await cutOf(snapshot, question);
    const setting = trialSetting([before, after], [cut, to]);
    const trying = openBacktest(before, after, to);
    await tryAll(snapshot, before.subjectKind, setting, (ids) => pageWork(snapshot, trying, setting, ids, onMoves));
    const report = reportOf(trying);
    const ids = [...report.movers.up, ...report.movers.down].map(({ subjectId }) => subjectId);
    const names = await namesOf(snapshot, [...ids, ...report.crossings.flatMap(({ examples }) => examples)]);
    return writtenReport(question, cut, report, new Map(names.map((each) => [each.id, each])));
  });
}

/** The instant up to which the past is known, and after which deals are foretold. */
async function cutOf(snapshot: Snapshot, { before, from, to }: BacktestQuestion): Promise<number> {
  if (from !== null) {
    if (from < to) return from;
    throw new Refusal('INVALID', 'RANGE_INVALID', '`from` must be before `to`.', ['from']);
  }
  const { first, last } = await dealSpan(snapshot, kindNumber(before.subjectKind));
  if (first === null || last === null || first * DAY_MS >= to) return to - 1; // nothing to foretell
  const [begin, end] = [first * DAY_MS, Math.min(to, (last + 1) * DAY_MS)];
  return Math.floor(end - (end - begin) * HELD_OUT_SHARE);
}

async function pageWork(
  snapshot: Snapshot,
  trying: Backtest,
  setting: TrialSetting,
  ids: readonly string[],
  onMoves: ((moves: readonly NamedMove[]) => void) | undefined,
): Promise<PageWork> {
  const found = await categoriesOf(snapshot, trying.before.subjectKind, ids);
  const categories = new Map(found.map(({ id, category }) => [id, category]));
  const conditions = await conditionsHeld(snapshot, ids, setting.instants.at(-1)!, Infinity);
  const moves: Move[] = [];
  return {
    take: (id, trial) => {
      const held = { conditions: conditions.get(id) ?? [] };
      const balance = (policy: number): Balance => ({ ...balanceAtEnd(trial, policy, setting), ...held });
      const [before, after] = [balance(0), balance(1)];
      const traits = { category: categories.get(id) ?? null, deals: dealsOf(trial), since: before.firstDay };
      const move = addSubject(trying, { subjectId: id, traits, before, after, foretold: foretoldOf(trial, setting) });
      if (move && onMoves) moves.push(move);
    },
    finish: async () => {
      if (onMoves && moves.length > 0) onMoves(await named(snapshot, moves));
    },
  };
}

const dealsOf = ({ dealsByDay }: Trial): number => {
  let deals = 0;
  for (const count of dealsByDay.values()) deals += count;
  return deals;
};

function foretoldOf(trial: Trial, setting: TrialSetting) {
  const [good, bad] = [trial.good[1]!, trial.bad[1]!];
  if (good + bad <= 0 || good < 0 || bad < 0) return null;
  return { before: riskOf(trial, 0, setting), after: riskOf(trial, 1, setting), good, bad };
}

/** The probability that a deal goes badly, from what had happened up to the cut. */
function riskOf(trial: Trial, i: number, setting: TrialSetting): number {
  const policy = setting.policies[i]!;
  const known = {
    terms: termsUpTo(trial, i, 0, setting),
    counts: trial.counts,
    counterparties: 0,
    firstDay: null,
    lastDay: null,
  };
  const { goodMass, badMass } = scoreOf(policy, known, setting.instants[0]!);
  return badProbability(policy, goodMass, badMass);
}

async function named(snapshot: Snapshot, moves: readonly Move[]): Promise<NamedMove[]> {
  const names = new Map(
    (
      await namesOf(
        snapshot,
        moves.map(({ subjectId }) => subjectId),
      )
    ).map((each) => [each.id, each]),
  );
  return moves.map((move) => {
    const { externalId, name } = names.get(move.subjectId)!;
    return { ...move, externalId, name };
  });
}
