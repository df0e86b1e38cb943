import type { Call } from '../access/call.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { scoreOf } from '../scoring/grade.ts';
import type { Level } from '../scoring/levels.ts';
import { postingsOf } from './balances.queries.ts';
import { add, balanceFrom, emptyFold } from '../evidence/fold.ts';
import { dayEnds } from './instants.ts';
import { policyInForce, recentPolicies } from './policies.loaders.ts';

export interface GradePointRow {
  readonly date: Date; // the first instant of its UTC day
  readonly level: Level;
  readonly score: number | null;
}

/** The grade at each day's end, as it is known now: one read of the ledger, folded on from day to day. */
export async function gradeHistory(
  call: Call,
  { id, kind }: SubjectRow,
  from: Date,
  to: Date,
): Promise<GradePointRow[]> {
  const days = dayEnds(from, to, call.now);
  const { policy } = policyInForce(await recentPolicies(call), kind, null, call.now);
  const postings = await postingsOf(call.sql, id, days.at(-1)!.end, call.now);
  const fold = emptyFold(policy);
  let next = 0;
  return days.map(({ date, end }) => {
    while (next < postings.length && postings[next]!.occurredAt <= end) add(fold, postings[next++]!);
    const { level, score } = scoreOf(policy, balanceFrom(fold), end);
    return { date, level, score };
  });
}
