import type { Tx } from '../db/tx.ts';
import * as books from './books.queries.ts';
import { conditionsOf } from './conditions.queries.ts';
import { ABSENT, FOUND, NO_DAY, UNKNOWN, type DealBooks } from './deal-books.ts';
import type { Deals } from './deals.ts';
import { dealStandings, dealTallies, type DealStandingRow, type DealTallyRow } from './deals.queries.ts';

/**
 * Reads what is not in memory of those whom these deals concern, all at once. A pair or day that the transaction before has written is as that
 * one left it; one that no transaction of the import has asked for is new, unless it was there before it: then its row cannot be copied in.
 */
export async function openDeals(tx: Tx, deals: Deals, before: Deals | null): Promise<void> {
  const { books: kept, pairs, days } = deals;
  const unknown: string[] = [];
  for (const subject of deals.touched) if (kept.states[subject] === UNKNOWN) unknown.push(kept.roll.textOf(subject));
  const [askedPairs, askedDays] = [pairsToAsk(deals, before), daysToAsk(deals, before)];
  const hasMore = unknown.length > 0;
  const [tallies, standings, conditions, pairRows, dayRows] = await Promise.all([
    hasMore ? dealTallies(tx, unknown) : [],
    hasMore ? dealStandings(tx, unknown) : [],
    hasMore ? conditionsOf(tx, unknown) : [],
    askedPairs.length > 0 ? books.pairsOf(tx, askedPairs) : [],
    askedDays.length > 0 ? books.daysOf(tx, askedDays) : [],
  ]);
  for (const id of unknown) kept.states[kept.roll.numberOf(id)] = ABSENT;
  for (const row of tallies) takeTally(kept, row);
  for (const row of standings) takeStanding(kept, row);
  for (const [id, spans] of Map.groupBy(conditions, ({ subjectId }) => subjectId))
    kept.conditions.set(kept.roll.numberOf(id), spans);
  for (const row of pairRows) {
    const cell = pairs.find(kept.roll.numberOf(row.subject_id), kept.roll.numberOf(row.counterparty_id));
    pairs.put(cell, row.orders, row.live, row.firstAt);
  }
  for (const row of dayRows) days.put(days.find(kept.roll.numberOf(row.subject_id), row.day), row.deals);
}

/** Those that may be there, of whom there is a book. */
function pairsToAsk({ books: { roll, states }, seen, pairs }: Deals, before: Deals | null): books.PairKey[] {
  const asked: books.PairKey[] = [];
  for (let cell = 0; cell < pairs.size; cell++) {
    const [subject, other] = [pairs.first(cell), pairs.second(cell)];
    const isSeen = seen.hasPairOf(roll.tailOf(subject), roll.tailOf(other));
    const last = before?.pairs.find(subject, other) ?? -1;
    if (last >= 0)
      pairs.put(cell, before!.pairs.orders[last]!, before!.pairs.live[last]!, before!.pairs.firstAt[last]!);
    else if (isSeen && states[subject] !== ABSENT)
      asked.push({ subjectId: roll.textOf(subject), counterparty: roll.textOf(other) });
  }
  return asked;
}

function daysToAsk({ books: { roll, states }, seen, days }: Deals, before: Deals | null): books.DayKey[] {
  const asked: books.DayKey[] = [];
  for (let cell = 0; cell < days.size; cell++) {
    const [subject, day] = [days.first(cell), days.second(cell)];
    const isSeen = seen.hasDayOf(roll.tailOf(subject), day);
    const last = before?.days.find(subject, day) ?? -1;
    if (last >= 0 && before!.days.isWritten(last)) days.put(cell, before!.days.deals[last]!);
    else if (isSeen && states[subject] !== ABSENT) asked.push({ subjectId: roll.textOf(subject), day });
  }
  return asked;
}

const dayOr = (day: number | null): number => day ?? NO_DAY;

function takeTally(kept: DealBooks, row: DealTallyRow): void {
  const subject = kept.roll.numberOf(row.subject_id);
  const { counts, slots } = kept.columnsOf(subject);
  counts.set(row.counts, kept.rows[subject]! * slots);
  kept.states[subject] = FOUND;
  kept.writers[subject] = row.writer;
  kept.counterparties[subject] = row.counterparties;
  kept.firstDays[subject] = dayOr(row.first_day);
  kept.lastDays[subject] = dayOr(row.last_day);
  kept.volumes[subject] = row.volume;
  kept.volumeEntries[subject] = row.volume_entries;
}

function takeStanding(kept: DealBooks, row: DealStandingRow): void {
  const subject = kept.roll.numberOf(row.subject_id);
  const { policies, slots } = kept.columnsOf(subject);
  const own = policies.find(({ policyId }) => policyId === row.policy_id);
  if (!own) return;
  const at = kept.rows[subject]!;
  for (const [slot, term] of row.terms.entries()) own.sums.set(at * slots + slot, BigInt(term));
  own.checkpoints[at] = row.checkpoints;
  own.writers[at] = row.writer;
}
