import type { Tx } from '../db/tx.ts';
import { dayOf } from '../evidence/book.ts';
import { isLive } from '../evidence/books.ts';
import type { BooksToOpen } from '../evidence/books-found.ts';
import { enter, reverse, type Entry, type Ledger } from '../evidence/ledger.ts';
import { globalId } from '../kernel/global-id.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { byTime, changesOf } from './enter-orders.ts';
import { meaningsOf } from './order-evidence.ts';
import type { OrderState } from './order-state.ts';
import { ordersOf } from './orders.commands.ts';
import {
  insertOrderVoids,
  liftOrderVoids,
  lockOrderKeys,
  markVoided,
  orderVoidsOf,
  type OrderKey,
  type OrderVoidRow,
} from './void-orders.queries.ts';

export { insertOrderVoids, liftOrderVoids, markVoided, orderVoidsOf, type OrderKey, type OrderVoidRow };

/**
 * Orders as they are, held until the transaction ends: what is heard of them meanwhile waits, and so does another decision. To be asked
 * before any books are opened, as by whoever takes events in. One that is named twice is taken once.
 */
export async function holdOrders(tx: Tx, named: readonly OrderKey[]): Promise<OrderState[]> {
  if (named.length === 0) return [];
  const keys = [...new Map(named.map((key) => [key.id, key])).values()];
  const seen = await ordersOf(tx, keys);
  if (seen.length < keys.length) throw unknown(keys, seen);
  await lockOrderKeys(
    tx,
    seen.map(({ externalId }) => externalId),
  );
  return ordersOf(tx, keys); // again, now that nobody else can change them
}

function unknown(keys: readonly OrderKey[], seen: readonly OrderState[]): Refusal {
  const known = new Set(seen.map(({ id }) => id));
  const missing = keys
    .filter(({ id }) => !known.has(id))
    .map(({ merchantId, id }) => globalId('Order', merchantId, id));
  return new Refusal('NOT_FOUND', 'ORDER_NOT_FOUND', `There is no such order: ${shortList(missing)}.`, ['orderIds']);
}

export function refuseVoidedOrders(orders: readonly OrderState[]): void {
  const gone = orders.flatMap(({ voidedAt, externalId }) => (voidedAt === null ? [] : [externalId]));
  if (gone.length > 0)
    throw new Refusal('CONFLICT', 'ORDER_VOIDED', `Voided already: ${shortList(gone)}.`, ['orderIds']);
}

const MOST_NAMED = 5; // orders, in a message

function shortList(names: readonly string[]): string {
  const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `${names.slice(0, MOST_NAMED).join(', ')}${rest}`;
}

/** The same order, counting. */
const counting = (order: OrderState): OrderState => ({ ...order, voidedAt: null });

/** Everyone whose balances these orders move, or would if they counted. */
export function booksOfOrders(orders: readonly OrderState[]): BooksToOpen {
  const subjects = new Map<string, SubjectKind>();
  for (const { merchantId, buyerId, productIds } of orders) {
    subjects.set(merchantId, 'MERCHANT').set(buyerId, 'BUYER');
    for (const id of productIds) subjects.set(id, 'PRODUCT');
  }
  return {
    subjects,
    pairs: orders.flatMap(({ merchantId, buyerId, productIds }) => [
      { subjectId: merchantId, counterparty: buyerId },
      { subjectId: buyerId, counterparty: merchantId },
      ...productIds.map((subjectId) => ({ subjectId, counterparty: buyerId })),
    ]),
    days: orders.flatMap((order) =>
      meaningsOf(counting(order))
        .filter(({ subjectKind }) => subjectKind === 'MERCHANT')
        .map(({ subjectId, occurredAt }) => ({ subjectId, day: dayOf(occurredAt) })),
    ),
    reviewers: [],
  };
}

/** In whose ledgers its postings may be. */
export const placesOfOrder = ({ id, merchantId, buyerId, productIds }: OrderState) =>
  [merchantId, buyerId, ...productIds].map((subjectId) => ({ subjectId, factId: id }));

/** Takes an order out of every sum by exactly what it added; its neighbours are not weighed anew. `latest`: its postings as they are. */
export function uncountOrder(ledger: Ledger, latest: readonly Entry[]): void {
  for (const entry of latest.filter(isLive)) reverse(ledger, entry);
}

/**
 * The exact inverse: what it still means comes in again as it was stored. What it has come to mean since it was voided is entered now, and
 * what it has ceased to mean stays away.
 */
export function recountOrder(ledger: Ledger, voided: OrderState, latest: readonly Entry[]): void {
  const order = counting(voided);
  const wanted = meaningsOf(order);
  const isWanted = (entry: Entry): boolean =>
    wanted.some(
      ({ subjectId, kind, occurredAt }) =>
        subjectId === entry.subjectId && kind === entry.kind && occurredAt === entry.occurredAt,
    );
  const restored = latest.map((entry): Entry => {
    if (isLive(entry) || !isWanted(entry)) return entry;
    const anew: Entry = { ...entry, revision: entry.revision + 1, sign: 1 };
    enter(ledger, anew);
    return anew;
  });
  for (const meaning of changesOf(ledger, order, wanted, restored).toSorted(byTime)) meaning.enter();
}
