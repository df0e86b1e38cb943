import type { Tx } from '../db/tx.ts';
import type { Book, Meeting, Pair } from './book.ts';
import { firstsLeft } from './firsts.queries.ts';
import type { EnteredEntry, Ledger } from './ledger.ts';

/** Notes in the entries of the transaction how they moved the number of counterparties. Every pair then knows its first live posting. */
export async function settleFirsts(tx: Tx, ledger: Ledger): Promise<void> {
  const unsure: Unsure[] = [];
  for (const book of ledger.books.values())
    for (const [counterparty, meeting] of book.meetings) {
      const pair = book.pairs.get(counterparty)!;
      if (meeting.isUnsure) unsure.push({ book, counterparty, pair, meeting });
      else noteMove(meeting, pair.firstAt);
    }
  if (unsure.length > 0) await settleUnsure(tx, unsure, ledger.entries);
}

function noteMove({ before, setBy, lostBy }: Meeting, after: number | null): void {
  if (after === before) return;
  const gain = setBy?.occurredAt === after ? setBy : null;
  if (!gain && !lostBy) throw new Error('a first posting moved, and no entry moved it');
  if (gain) Object.assign(gain, { firstStep: 1, firstFarAt: lostBy ? null : before });
  if (lostBy) Object.assign(lostBy, { firstStep: -1, firstFarAt: gain ? null : after });
}

/** A pair of which what was first was taken back, and something else remains. */
interface Unsure {
  readonly book: Book;
  readonly counterparty: string;
  readonly pair: Pair;
  readonly meeting: Meeting;
}

const keyOf = (subjectId: string, counterparty: string | null): string => `${subjectId}/${counterparty}`;

/** What is first now is in the ledger, or among the new entries. */
async function settleUnsure(tx: Tx, unsure: readonly Unsure[], entries: readonly EnteredEntry[]): Promise<void> {
  const pairs = unsure.map(({ book, counterparty }) => ({ subjectId: book.subjectId, counterparty }));
  const asked = new Set(pairs.map(({ subjectId, counterparty }) => keyOf(subjectId, counterparty)));
  const fresh = entries.filter(({ subjectId, counterparty }) => asked.has(keyOf(subjectId, counterparty)));
  const freshByPair = Map.groupBy(fresh, ({ subjectId, counterparty }) => keyOf(subjectId, counterparty));
  const kept = new Map(
    (await firstsLeft(tx, pairs, fresh)).map((row) => [
      keyOf(row.subject_id, row.counterparty_id),
      row.first_at.getTime(),
    ]),
  );
  for (const { book, counterparty, pair, meeting } of unsure) {
    const key = keyOf(book.subjectId, counterparty);
    const own = freshByPair.get(key) ?? [];
    pair.firstAt = firstOf(own, kept.get(key));
    meeting.setBy = own.find(({ occurredAt }) => occurredAt === pair.firstAt) ?? null;
    noteMove(meeting, pair.firstAt);
  }
}

/** Of what is live after these entries, and of what else was live before them. */
function firstOf(entries: readonly EnteredEntry[], kept: number | undefined): number {
  const latest = new Map(entries.map((entry) => [`${entry.factId}/${entry.kind}`, entry])); // the last revision of each stays
  const instants = [...latest.values()].filter(({ sign }) => sign === 1).map(({ occurredAt }) => occurredAt);
  return [...instants, ...(kept === undefined ? [] : [kept])].reduce((a, b) => Math.min(a, b));
}
