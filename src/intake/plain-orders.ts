import { isUniqueViolation } from '../db/failures.ts';
import type { Tx } from '../db/tx.ts';
import type { DealBooks } from '../evidence/deal-books.ts';
import { Deals } from '../evidence/deals.ts';
import { openDeals } from '../evidence/deals-opened.ts';
import { ownWriter, saveDeals } from '../evidence/deals-saved.ts';
import type { Seen } from '../evidence/seen.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isPurchase, meaningsOf } from '../orders/order-evidence.ts';
import { PlacedOrders, type NewOrder } from '../orders/orders.commands.ts';
import { orderToldBy, type Setting } from './apply.ts';
import { notAhead, type Envelope, type Outcome } from './event.ts';
import type { Parts } from './parts.ts';
import type { KnownParties } from './known-parties.ts';
import { NewClaims } from './new-claims.ts';
import { resolveParties } from './parties.ts';
import type { Intake } from './take-in.ts';

/** Why a transaction cannot be taken in so: it begins anew, by the way that takes everything in. */
export class NotPlain extends Error {
  readonly isTaken: boolean; // it may be that all of it is here already

  constructor(message: string, isTaken: boolean) {
    super(message);
    this.isTaken = isTaken;
  }
}

/** A transaction of new orders among those of its import. */
export interface PlainRun {
  readonly known: KnownParties;
  readonly books: DealBooks;
  readonly seen: Seen;
  /** What the one before it has entered, and when that is committed; null: all of it is. */
  readonly before: PlainEstate | null;
  /** Called when everything is asked for. */
  readonly leave: (deals: Deals) => void;
}

export interface PlainEstate {
  readonly deals: Deals;
  readonly committed: Promise<unknown>;
}

/**
 * Takes in what most of a history is: new orders, of each of which its own row tells all. Nothing of them can be here, so that nothing need be
 * looked up but whom they concern; where something is, or where a row is no such order, it fails. What they mean is the same as by
 * `takeBatchIn`, and entered in the same order, in columns (`evidence/deals.ts`).
 */
export async function takeNewOrdersIn(tx: Tx, parts: Parts, intake: Intake, run: PlainRun): Promise<Outcome[]> {
  const { now } = intake;
  const deals = new Deals(run.books, run.seen, run.before?.deals ?? null);
  const [claims, placed] = [new NewClaims(now), new PlacedOrders()];
  for await (const envelopes of ahead(parts)) {
    const orders = await ordersIn(tx, envelopes, intake, run.known, deals);
    for (const [i, order] of orders.entries()) {
      claims.add(envelopes[i]!, order);
      placed.addOne(order, now);
      deals.add(order, isPurchase(order), meaningsOf(order));
    }
    deals.endPart();
  }
  const writes: Promise<unknown>[] = [];
  const asked = (written: Promise<unknown>): void => {
    written.catch(() => {}); // told of at the end
    writes.push(written);
  };
  const [writer, opened] = [ownWriter(tx), openDeals(tx, deals, run.before?.deals ?? null)];
  const claimed = taken(claims.save(tx));
  for (const each of [writer, opened, claimed, placed.save(tx)]) asked(each);
  await opened;
  await deals.enter();
  await claimed; // before anybody goes on with what is left: who waited for keys of the next transaction would wait for ever
  const ready = () => run.before?.committed ?? DONE;
  await saveDeals(tx, deals, { now, writer: await writer, ready, asked });
  run.leave(deals);
  await Promise.all(writes);
  return Array.from({ length: claims.size }, () => ACCEPTED);
}

const ACCEPTED: Outcome = { status: 'ACCEPTED' };
const DONE: Promise<unknown> = Promise.resolve();

/** Parts, each of which is read while the database looks up what the one before it needs. */
async function* ahead(parts: Parts): AsyncGenerator<readonly Envelope[]> {
  const reading = Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
  for (let next = reading.next(); ;) {
    const { value, done } = await next;
    if (done) return;
    next = reading.next();
    if (next instanceof Promise) next.catch(() => {}); // told of when it is asked for
    yield value;
  }
}

async function ordersIn(
  tx: Tx,
  envelopes: readonly Envelope[],
  intake: Intake,
  known: KnownParties,
  deals: Deals,
): Promise<NewOrder[]> {
  const { now, hash } = intake;
  const told = envelopes.map((envelope) => notAhead(envelope, now));
  const events = told.flatMap((envelope) => envelope.events);
  const parties = await resolveParties(tx, events, now, known);
  deals.noteFresh(parties.fresh);
  const setting: Setting = { parties, hash, idFor: () => newId(now) };
  return told.map((envelope) => {
    try {
      const order = orderToldBy(envelope, setting);
      if (order) return order;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    throw new NotPlain(`row ${envelope.id} is no new order that it tells all of`, false);
  });
}

async function taken(claimed: Promise<unknown>): Promise<void> {
  try {
    await claimed;
  } catch (error) {
    throw isUniqueViolation(error) ? new NotPlain('some of the rows or orders are here already', true) : error;
  }
}
