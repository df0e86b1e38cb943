import type { Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { openBooks, readConditions, saveBooks } from './books.ts';
import * as queries from './conditions.queries.ts';
import type { ConditionKey, NewCondition } from './conditions.queries.ts';
import type { Folding, Ledger } from './ledger.ts';
import type { StandingChange } from './receipt.ts';
import { changesSince, snapshotsOf } from './standing.ts';

/** What begins, what ends, and what never was. Keys of which there is no condition are passed by. */
export interface ConditionChanges {
  readonly imposed?: readonly NewCondition[];
  readonly lifted?: readonly ConditionKey[];
  readonly annulled?: readonly ConditionKey[];
}

/**
 * Changes what holds of subjects: levels that are kept for lists move with it, and a grade that is another one is noted. Who moved,
 * before and after.
 */
export async function changeConditions(
  tx: Tx,
  { now, foldings }: { readonly now: number; readonly foldings: readonly Folding[] },
  subjects: ReadonlyMap<string, SubjectKind>,
  changes: ConditionChanges,
): Promise<readonly StandingChange[]> {
  const ledger = await openBooks(tx, foldings, { subjects, pairs: [], days: [], reviewers: [] });
  const before = snapshotsOf(ledger, now);
  await moveConditions(tx, ledger, now, changes);
  const moved = changesSince(ledger, before, now);
  await saveBooks(tx, ledger, now, 'CONDITION');
  return moved;
}

/** The same in books that are open already, and that whoever opened them saves. */
export async function moveConditions(
  tx: Tx,
  { books }: Ledger,
  now: number,
  { imposed = [], lifted = [], annulled = [] }: ConditionChanges,
): Promise<void> {
  const concerned = [...new Set([...imposed, ...lifted, ...annulled].map(({ subjectId }) => subjectId))];
  const unopened = concerned.find((id) => !books.has(id));
  if (unopened) throw new Error(`the book of ${unopened} was not opened`);
  const at = new Date(now);
  if (imposed.length > 0) await queries.insertConditions(tx, imposed, at);
  if (lifted.length > 0) await queries.liftConditions(tx, lifted, at);
  if (annulled.length > 0) await queries.annulConditions(tx, annulled, at);
  if (concerned.length > 0) await readConditions(tx, books, concerned);
}
