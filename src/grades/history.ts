import type { Call } from '../access/call.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { scoreOf } from '../scoring/grade.ts';
import type { Level } from '../scoring/levels.ts';
import { pastBalances } from '../evidence/past.ts';
import { dayEnds } from './instants.ts';
import { policyInForce, recentPolicies } from './policies.loaders.ts';

export interface GradePointRow {
  readonly date: Date; // the first instant of its UTC day
  readonly level: Level;
  readonly score: number | null;
}

/** The grade at each day's end, as it is known now. */
export async function gradeHistory(
  call: Call,
  { id, kind }: SubjectRow,
  from: Date,
  to: Date,
): Promise<GradePointRow[]> {
  const days = dayEnds(from, to, call.now);
  const { id: policyId, policy } = policyInForce(await recentPolicies(call), kind, null, call.now);
  const balances = await pastBalances(
    call.sql,
    { subjectId: id, policyId, policy, knownAt: call.now },
    days.map(({ end }) => end),
  );
  return days.map(({ date, end }, i) => {
    const { level, score } = scoreOf(policy, balances[i]!, end);
    return { date, level, score };
  });
}
