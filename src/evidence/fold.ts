import { DAY_MS, dayOf } from './book.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import { term } from '../scoring/decay.ts';
import type { Balance } from '../scoring/grade.ts';
import { postingKind, slotOf } from '../scoring/kinds.ts';
import type { Posting } from '../scoring/posting.ts';

/** Of a balance in the making, what is a plain sum over entries of one subject's ledger. In whatever order they come, it is the same. */
export interface Sums {
  readonly policy: CompiledPolicy;
  readonly terms: bigint[];
  readonly counts: number[];
  readonly dealsByDay: Map<number, number>;
}

/** A balance in the making, from the postings alone. */
export interface Fold extends Sums {
  readonly liveByCounterparty: Map<string, number>;
}

export const emptySums = (policy: CompiledPolicy): Sums => ({
  policy,
  terms: policy.rules.map(() => 0n),
  counts: policy.rules.map(() => 0),
  dealsByDay: new Map(),
});

export const emptyFold = (policy: CompiledPolicy): Fold => ({ ...emptySums(policy), liveByCounterparty: new Map() });

/** What the posting added to the accumulator of its kind. */
export function addToSums(sums: Sums, posting: Posting): bigint {
  const added = term(posting, sums.policy);
  addToDay(sums, posting.kind, dayOf(posting.occurredAt), posting.sign, added);
  return added;
}

/** Several postings of one kind and one day at once. */
export function addToDay(sums: Sums, kind: number, day: number, count: number, added: bigint): void {
  addToAccumulator(sums, kind, count, added);
  if (postingKind(kind).isDeal) move(sums.dealsByDay, day, count);
}

/** The same without their days. */
export function addToAccumulator({ terms, counts }: Sums, kind: number, count: number, added: bigint): void {
  const slot = slotOf(kind);
  terms[slot]! += added;
  counts[slot]! += count;
}

export function add(fold: Fold, posting: Posting): bigint {
  if (posting.counterparty !== null) move(fold.liveByCounterparty, posting.counterparty, posting.sign);
  return addToSums(fold, posting);
}

/** What is left of a key when all that was about it is reversed is nothing. */
export function move<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

export const balanceFrom = (fold: Fold): Balance => balanceOfSums(fold, fold.liveByCounterparty.size);

export function balanceOfSums({ terms, counts, dealsByDay }: Sums, counterparties: number): Balance {
  const days = [...dealsByDay.keys()];
  return {
    terms: terms.map(Number),
    counts: [...counts],
    counterparties,
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
