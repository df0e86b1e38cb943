import type { CompiledPolicy } from './compiled.ts';
import { term } from './decay.ts';
import type { Balance } from './grade.ts';
import { kindsOf, postingKind, slotOf } from './kinds.ts';
import { outcomesOf, type Outcome } from './outcomes.ts';
import type { Posting } from './posting.ts';

const DAY = 86_400_000;

/** What all trials of one run have in common. */
export interface TrialSetting {
  readonly policies: readonly CompiledPolicy[]; // of one subject kind
  readonly instants: readonly number[]; // ms, ascending; what happened after the last is left out
  readonly outcomes: readonly (Outcome | null)[]; // by slot
  readonly slots: number;
}

export function trialSetting(policies: readonly CompiledPolicy[], instants: readonly number[]): TrialSetting {
  const subject = policies[0]!.subjectKind;
  if (policies.some(({ subjectKind }) => subjectKind !== subject))
    throw new RangeError('policies of different subject kinds cannot be tried on one ledger');
  return { policies, instants, outcomes: outcomesOf(subject), slots: kindsOf(subject).length };
}

/** One subject's ledger, read once: folded under every policy and up to every instant. The order of postings makes no difference. */
export interface Trial {
  /** By policy: accumulators of what happened after the instant before and up to this one, a row of slots an instant. */
  readonly terms: readonly bigint[][];
  /** How deals went, by the span between two instants as above. */
  readonly good: number[];
  readonly bad: number[];
  readonly counts: number[]; // live postings by slot
  readonly liveByCounterparty: Map<string, number>;
  readonly dealsByDay: Map<number, number>;
}

export const emptyTrial = ({ policies, instants, slots }: TrialSetting): Trial => ({
  terms: policies.map(() => Array.from({ length: slots * instants.length }, () => 0n)),
  good: instants.map(() => 0),
  bad: instants.map(() => 0),
  counts: Array.from({ length: slots }, () => 0),
  liveByCounterparty: new Map(),
  dealsByDay: new Map(),
});

export function tryPosting(
  trial: Trial,
  posting: Posting,
  { policies, instants, outcomes, slots }: TrialSetting,
): void {
  let span = 0;
  while (span < instants.length && posting.occurredAt > instants[span]!) span++;
  if (span === instants.length) return;
  const slot = slotOf(posting.kind);
  for (let i = 0; i < policies.length; i++) trial.terms[i]![span * slots + slot]! += term(posting, policies[i]!);
  trial.counts[slot]! += posting.sign;
  const outcome = outcomes[slot];
  if (outcome) trial[outcome][span]! += posting.sign;
  if (posting.counterparty !== null) move(trial.liveByCounterparty, posting.counterparty, posting.sign);
  if (postingKind(posting.kind).isDeal) move(trial.dealsByDay, Math.floor(posting.occurredAt / DAY), posting.sign);
}

/** What is left of a key when all that was about it is reversed is nothing. */
function move<Key>(counts: Map<Key, number>, key: Key, sign: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + sign;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

/** The accumulators under a policy of all that happened up to an instant, both by their place in the setting. */
export function termsUpTo({ terms }: Trial, policy: number, instant: number, { slots }: TrialSetting): number[] {
  const all = terms[policy]!;
  return Array.from({ length: slots }, (_, slot) => {
    let sum = 0n;
    for (let span = 0; span <= instant; span++) sum += all[span * slots + slot]!;
    return Number(sum);
  });
}

/** The subject's balance under a policy at the last instant, with the bits that a standing would have then. */
export function balanceAtEnd(trial: Trial, policy: number, setting: TrialSetting): Balance {
  const days = [...trial.dealsByDay.keys()];
  const day = (pick: (a: number, b: number) => number) => (days.length === 0 ? null : days.reduce(pick) * DAY);
  return {
    terms: termsUpTo(trial, policy, setting.instants.length - 1, setting),
    counts: trial.counts,
    counterparties: trial.liveByCounterparty.size,
    firstDay: day((a, b) => Math.min(a, b)),
    lastDay: day((a, b) => Math.max(a, b)),
  };
}
