import type { CompiledPolicy } from './compiled.ts';
import { scoreOf, type Balance, type Score } from './grade.ts';

/** What would be seen if a reason did not hold. */
export type Otherwise = Pick<Score, 'level' | 'score'>;

/**
 * The grade without one of its reasons, by the reason's code: as if the facts of that kind weighed nothing, that gate were open, or that
 * condition did not hold, and all else were as it is. Null for want of evidence: nothing may tell the score then.
 */
export function scoreWithout(policy: CompiledPolicy, balance: Balance, at: number, code: string): Otherwise | null {
  const { level, score } = scoreOf(...changed(policy, balance, code), at);
  return level === 'NOT_RATED' ? null : { level, score };
}

function changed(policy: CompiledPolicy, balance: Balance, code: string): [CompiledPolicy, Balance] {
  const slot = policy.rules.findIndex(({ kind }) => kind.key === code);
  if (slot >= 0) return [policy, { ...balance, terms: balance.terms.with(slot, 0) }];
  const ladder = policy.ladder.map((rung) => (`GATE_${rung.level}` === code ? { ...rung, gate: null } : rung));
  const conditions = (balance.conditions ?? []).filter((condition) => `CAP_${condition}` !== code);
  return [
    { ...policy, ladder },
    { ...balance, conditions },
  ];
}
