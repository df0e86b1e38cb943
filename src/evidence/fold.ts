import { DAY_MS, dayOf } from './book.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import { term } from '../scoring/decay.ts';
import type { Balance } from '../scoring/grade.ts';
import { postingKind, slotOf } from '../scoring/kinds.ts';
import type { Posting } from '../scoring/posting.ts';

/** A balance in the making, from entries of one subject's ledger. The order in which they come makes no difference. */
export interface Fold {
  readonly policy: CompiledPolicy;
  readonly terms: bigint[];
  readonly counts: number[];
  readonly liveByCounterparty: Map<string, number>;
  readonly dealsByDay: Map<number, number>;
}

export const emptyFold = (policy: CompiledPolicy): Fold => ({
  policy,
  terms: policy.rules.map(() => 0n),
  counts: policy.rules.map(() => 0),
  liveByCounterparty: new Map(),
  dealsByDay: new Map(),
});

export function add(fold: Fold, posting: Posting): void {
  const slot = slotOf(posting.kind);
  fold.terms[slot]! += term(posting, fold.policy);
  fold.counts[slot]! += posting.sign;
  if (posting.counterparty !== null) move(fold.liveByCounterparty, posting.counterparty, posting.sign);
  if (postingKind(posting.kind).isDeal) move(fold.dealsByDay, dayOf(posting.occurredAt), posting.sign);
}

/** What is left of a key when all that was about it is reversed is nothing. */
function move<Key>(counts: Map<Key, number>, key: Key, sign: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + sign;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

export function balanceFrom({ terms, counts, liveByCounterparty, dealsByDay }: Fold): Balance {
  const days = [...dealsByDay.keys()];
  return {
    terms: terms.map(Number),
    counts: [...counts],
    counterparties: liveByCounterparty.size,
    firstDay: startOf(days.length === 0 ? null : days.reduce((a, b) => Math.min(a, b))),
    lastDay: startOf(days.length === 0 ? null : days.reduce((a, b) => Math.max(a, b))),
  };
}

/** The first instant of a UTC day. */
export const startOf = (day: number | null): number | null => (day === null ? null : day * DAY_MS);

export function folded(policy: CompiledPolicy, postings: Iterable<Posting>): Balance {
  const fold = emptyFold(policy);
  for (const posting of postings) add(fold, posting);
  return balanceFrom(fold);
}
