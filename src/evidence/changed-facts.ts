import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import * as queries from './changed-facts.queries.ts';
import type { ChangedFact, FactPlace, WaitingFact } from './changed-facts.queries.ts';

export type { ChangedFact, FactPlace, WaitingFact };

/**
 * Leaves word, with the change itself, that facts are others now: for those above who book by what a fact is and may do so a moment
 * later. It says which fact and not what became of it, so that nothing is missed and what is told twice does no harm.
 */
export async function leaveChangedFacts(tx: Tx, now: number, facts: readonly ChangedFact[]): Promise<void> {
  if (facts.length === 0) return;
  await queries.addChangedFacts(
    tx,
    facts.map((fact) => ({ ...fact, rowId: newId(now), at: fact.dueAt ?? now })),
  );
}

export const takeChangedFacts = (tx: Tx, now: number, most: number): Promise<WaitingFact[]> =>
  queries.lockChangedFacts(tx, new Date(now), most);

/** They are dealt with. */
export const dropChangedFacts = (tx: Tx, facts: readonly WaitingFact[]): Promise<unknown> =>
  queries.removeChangedFacts(tx, facts);

export const postponeChangedFacts = (tx: Tx, facts: readonly WaitingFact[], until: number): Promise<unknown> =>
  queries.postponeChangedFacts(tx, facts, new Date(until));

export const reviewPlaces = (reviews: readonly { readonly merchantId: string; readonly id: string }[]): FactPlace[] =>
  reviews.map(({ merchantId, id }) => ({ placeId: merchantId, id, kind: 'REVIEW' }));

export const orderPlaces = (orders: readonly { readonly merchantId: string; readonly id: string }[]): FactPlace[] =>
  orders.map(({ merchantId, id }) => ({ placeId: merchantId, id, kind: 'ORDER' }));
