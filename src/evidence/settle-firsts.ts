import type { Tx } from '../db/tx.ts';
import type { Pair } from './book.ts';
import { noteMove } from './firsts.ts';
import { firstsLeft } from './firsts.queries.ts';
import { bookOf, pairOf, type EnteredEntry, type Ledger } from './ledger.ts';

/** Every pair knows its first live posting, and every entry how it moved the number of counterparties. */
export async function settleFirsts(tx: Tx, ledger: Ledger): Promise<void> {
  const unsure = new Map<Pair, Unsure>();
  for (const { subjectId, counterparty } of ledger.entries) {
    if (counterparty === null) continue;
    const pair = pairOf(bookOf(ledger, subjectId), counterparty);
    if (pair.isUnsure) unsure.set(pair, { subjectId, counterparty, pair });
    else noteMove(pair);
  }
  if (unsure.size === 0) return;
  await settleUnsure(tx, [...unsure.values()], ledger.entries);
}

/** A pair of which what was first was taken back, and something else remains. */
interface Unsure {
  readonly subjectId: string;
  readonly counterparty: string;
  readonly pair: Pair;
}

const keyOf = (subjectId: string, counterparty: string | null): string => `${subjectId}/${counterparty}`;

/** What is first now is in the ledger, or among the new entries. */
async function settleUnsure(tx: Tx, unsure: readonly Unsure[], entries: readonly EnteredEntry[]): Promise<void> {
  const asked = new Set(unsure.map(({ subjectId, counterparty }) => keyOf(subjectId, counterparty)));
  const fresh = entries.filter(({ subjectId, counterparty }) => asked.has(keyOf(subjectId, counterparty)));
  const freshByPair = Map.groupBy(fresh, ({ subjectId, counterparty }) => keyOf(subjectId, counterparty));
  const rows = await firstsLeft(tx, unsure, fresh);
  const kept = new Map(rows.map((row) => [keyOf(row.subject_id, row.counterparty_id), row.first_at.getTime()]));
  for (const { subjectId, counterparty, pair } of unsure) {
    const key = keyOf(subjectId, counterparty);
    const own = freshByPair.get(key) ?? [];
    pair.firstAt = firstOf(own, kept.get(key));
    pair.gainedBy = own.find(({ occurredAt }) => occurredAt === pair.firstAt) ?? null;
    noteMove(pair);
  }
}

/** Of what is live after these entries, and of what else was live before them. */
function firstOf(entries: readonly EnteredEntry[], kept: number | undefined): number {
  const latest = new Map(entries.map((entry) => [`${entry.factId}/${entry.kind}`, entry])); // the last revision of each stays
  const instants = [...latest.values()].filter(({ sign }) => sign === 1).map(({ occurredAt }) => occurredAt);
  return [...instants, ...(kept === undefined ? [] : [kept])].reduce((a, b) => Math.min(a, b));
}
