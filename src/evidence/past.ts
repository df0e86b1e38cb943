import type { Reader } from '../db/tx.ts';
import type { CompiledPolicy } from '../scoring/compiled.ts';
import type { Balance } from '../scoring/grade.ts';
import { DAY_MS } from './book.ts';
import { COUNTERPARTIES } from './checkpoints.ts';
import { conditionsOf } from './conditions.queries.ts';
import { conditionsAt } from './conditions.ts';
import { addToAccumulator, addToDay, addToSums, balanceOfSums, emptySums, move, type Sums } from './fold.ts';
import * as queries from './past.queries.ts';
import type { DaySum, LedgerPlace, PastEntry } from './past.queries.ts';

/** Whose past, by which rules, and as far as it was known when. */
export interface PastQuestion {
  readonly subjectId: string;
  readonly policyId: string;
  readonly policy: CompiledPolicy;
  readonly knownAt: number;
}

/** What had happened by `asOf`, as far as it was known at `knownAt`. */
export const pastBalance = async (on: Reader, question: PastQuestion, asOf: number): Promise<Balance> =>
  (await pastBalances(on, question, [asOf]))[0]!;

/**
 * The same at several instants, in order of time; each but the last ends a UTC day. Whole days come from checkpoints, so that a long
 * ledger costs little more than a short one; what lies in a part of a day, or in volumes without checkpoints, from the ledger.
 */
export async function pastBalances(on: Reader, question: PastQuestion, ends: readonly number[]): Promise<Balance[]> {
  const total: Total = { sums: emptySums(question.policy), counterparties: 0 };
  const [[place], conditions] = await Promise.all([
    queries.ledgerPlace(on, question.subjectId, question.policyId, question.knownAt),
    conditionsOf(on, [question.subjectId]),
  ]);
  if (!place) return ends.map(() => balanceOfSums(total.sums, 0));
  const [days, steps] = await Promise.all([
    daysOf(on, question, place, { from: wholeDays(ends[0]!), until: wholeDays(ends.at(-1)!) }, total),
    stepsOf(on, question, place, ends.at(-1)!),
  ]);
  let [nextDay, nextStep] = [0, 0];
  return ends.map((end) => {
    while (nextDay < days.length && days[nextDay]!.day < wholeDays(end)) addDay(total, days[nextDay++]!);
    while (nextStep < steps.length && steps[nextStep]!.at <= end) steps[nextStep++]!.addTo(total);
    const balance = balanceOfSums(total.sums, total.counterparties);
    const held = conditionsAt(conditions, end, question.knownAt);
    return held.length === 0 ? balance : { ...balance, conditions: held };
  });
}

interface Total {
  readonly sums: Sums;
  counterparties: number;
}

/** The first day that is not over at an instant. */
const wholeDays = (instant: number): number => Math.floor((instant + 1) / DAY_MS);

/** The sums of the days from `from` on, in order. All before are added to the total. */
async function daysOf(
  on: Reader,
  { subjectId, policyId, policy }: PastQuestion,
  place: LedgerPlace,
  { from, until }: { readonly from: number; readonly until: number },
  total: Total,
): Promise<DaySum[]> {
  if (place.summed === 0) return [];
  const summed = { subjectId, policyId, summed: place.summed };
  const dealKinds = policy.rules.filter(({ kind }) => kind.isDeal).map(({ kind }) => kind.code);
  const [sums, { days, deals }] = await Promise.all([
    queries.sumsByDay(on, summed, { from, until }),
    queries.dealDays(on, summed, from, dealKinds),
  ]);
  days.forEach((day, i) => move(total.sums.dealsByDay, day, deals[i]!));
  for (const { day, kind, count, term } of sums) {
    if (day >= from) continue; // all days before come as one: their deals by day are those above
    if (kind === COUNTERPARTIES) total.counterparties += count;
    else addToAccumulator(total.sums, kind, count, BigInt(term));
  }
  return sums.filter(({ day }) => day >= from).toSorted((a, b) => a.day - b.day);
}

function addDay(total: Total, { day, kind, count, term }: DaySum): void {
  if (kind === COUNTERPARTIES) total.counterparties += count;
  else addToDay(total.sums, kind, day, count, BigInt(term));
}

/** What an entry adds at an instant. */
interface Step {
  readonly at: number;
  readonly addTo: (total: Total) => void;
}

/** What comes from entries, up to `end`, in order. */
async function stepsOf(on: Reader, question: PastQuestion, place: LedgerPlace, end: number): Promise<Step[]> {
  const { subjectId, policyId, knownAt } = question;
  const dayStart = wholeDays(end) * DAY_MS;
  const part = { day: wholeDays(end), from: dayStart, to: end };
  const [unsummed, ofPart] = await Promise.all([
    place.open === 0
      ? queries.wholeLedger(on, subjectId, end, knownAt)
      : queries.unsummedEntries(on, subjectId, place, end, knownAt),
    place.summed > 0 && dayStart <= end
      ? queries.entriesOfDay(on, { subjectId, policyId, summed: place.summed }, part)
      : [],
  ]);
  return [
    ...unsummed.flatMap(stepsFrom).filter(({ at }) => at <= end),
    ...ofPart.flatMap(stepsFrom).filter(({ at }) => at >= dayStart && at <= end),
  ].toSorted((a, b) => a.at - b.at);
}

function stepsFrom(entry: PastEntry): Step[] {
  const { occurredAt, firstStep, firstFarAt } = entry;
  const own: Step = {
    at: occurredAt,
    addTo: (total) => {
      addToSums(total.sums, entry);
      total.counterparties += firstStep;
    },
  };
  return firstFarAt === null ? [own] : [own, { at: firstFarAt, addTo: (total) => (total.counterparties -= firstStep) }];
}
