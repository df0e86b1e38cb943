import type { Tx } from '../db/tx.ts';
import { lockAccounts, openAccounts } from './accounts.queries.ts';
import type { Holder } from './transfer.ts';

/**
 * For transactions that book in several steps, or look before they book: opens accounts of holders who have none, and locks them with
 * those that there are of `known`, in id order, until the transaction ends. The ids of whose accounts are closed.
 */
export async function lockHolders(
  tx: Tx,
  now: number,
  holders: readonly Holder[],
  known: readonly string[] = [],
): Promise<ReadonlySet<string>> {
  const bySubject = new Map(holders.map((holder) => [holder.subjectId, holder]));
  if (bySubject.size > 0) await openAccounts(tx, [...bySubject.values()], now);
  const ids = [...new Set([...bySubject.keys(), ...known])];
  const rows = ids.length > 0 ? await lockAccounts(tx, ids) : [];
  return new Set(rows.filter(({ closedAt }) => closedAt !== null).map(({ subjectId }) => subjectId));
}
