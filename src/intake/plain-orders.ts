import type { Tx } from '../db/tx.ts';
import { openMore } from '../evidence/books.ts';
import type { BooksToOpen } from '../evidence/books-found.ts';
import type { Ledger } from '../evidence/ledger.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { byTime, changesOf, type TimedEntry } from '../orders/enter-orders.ts';
import type { OrderState } from '../orders/order-state.ts';
import { PlacedOrders, type NewOrder } from '../orders/orders.commands.ts';
import { orderToldBy, type Setting } from './apply.ts';
import type { Drafts } from './drafts.ts';
import { booksFor, enterInTurn } from './enter-facts.ts';
import { notAhead, type Envelope, type Outcome } from './event.ts';
import type { Parts } from './import.ts';
import { claimNew, type Identity } from './inbox.queries.ts';
import { takeNewKeys, type NewFactKey } from './keys.queries.ts';
import { newMeanings, type NewMeaning } from './new-meanings.ts';
import { resolveParties } from './parties.ts';
import type { Running } from './running.ts';
import type { Intake } from './take-in.ts';

/** Why a transaction cannot be taken in so: it begins anew, by the way that takes everything in. */
export class NotPlain extends Error {
  readonly isTaken: boolean; // it may be that all of it is here already

  constructor(message: string, isTaken: boolean) {
    super(message);
    this.isTaken = isTaken;
  }
}

/**
 * Takes in what most of a history is: new orders, of each of which its own row tells all. Nothing of them can be here, so that nothing need be
 * looked up but whom they concern; where something is, or where a row is no such order, it fails. What they mean is the same as by
 * `takeBatchIn`, and entered in the same order; the balances are written when `running` is closed.
 */
export async function takeNewOrdersIn(tx: Tx, parts: Parts, intake: Intake, running: Running): Promise<Outcome[]> {
  const meanings: Meanings[] = [];
  const fresh = new Set<string>();
  const claims: Claims = { identities: [], keys: [] };
  const placed = new PlacedOrders();
  for await (const envelopes of parts) {
    const some = await ordersIn(tx, envelopes, intake, running, fresh);
    for (const [i, order] of some.entries()) addClaims(claims, envelopes[i]!, order);
    placed.add(some, intake.now);
    meanings.push(newMeanings(some, NONE_FOUND));
  }
  const opened = openMore(tx, running.ledger, { ...booksOf(meanings), fresh });
  const claimed = claim(tx, claims, intake.now);
  running.write(claimed);
  running.write(placed.save(tx));
  await opened;
  for (const some of meanings) await enterInTurn(timedOf(running.ledger, some));
  await claimed; // before anybody goes on with what is left: who waited for keys of the next transaction would wait for ever
  return claims.keys.map(() => ACCEPTED);
}

const ACCEPTED: Outcome = { status: 'ACCEPTED' };

async function ordersIn(
  tx: Tx,
  envelopes: readonly Envelope[],
  intake: Intake,
  running: Running,
  fresh: Set<string>,
): Promise<NewOrder[]> {
  const { now, hash } = intake;
  const told = envelopes.map((envelope) => notAhead(envelope, now));
  const events = told.flatMap((envelope) => envelope.events);
  const parties = await resolveParties(tx, events, now, running.known);
  for (const id of parties.fresh) fresh.add(id);
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

/** What is taken by each order: its row's identity, and its own key. */
interface Claims {
  readonly identities: Identity[];
  readonly keys: NewFactKey[];
}

function addClaims({ identities, keys }: Claims, { source, id, contentHash }: Envelope, order: NewOrder): void {
  identities.push({ source, id, contentHash });
  const { externalId, merchantId, id: factId } = order;
  keys.push({ kind: 'order', externalId, merchantId, factId });
}

async function claim(tx: Tx, { identities, keys }: Claims, now: number): Promise<void> {
  identities.sort((a, b) => (a.id < b.id ? -1 : 1)); // they are of one file's source, or of few
  keys.sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  const claimed = await Promise.all([claimNew(tx, identities, now), takeNewKeys(tx, keys)]);
  if (claimed.includes(false)) throw new NotPlain('some of the rows or orders are here already', true);
}

type Meanings = ReadonlyMap<OrderState, NewMeaning>;

/** All at once: most are in memory, and nobody waits for the others but once. */
const booksOf = (parts: readonly Meanings[]): BooksToOpen =>
  booksFor({ meanings: new Map(parts.flatMap((some) => [...some])), posted: [], known: [] }, NO_RETRACTIONS);

const NONE_FOUND: Drafts['found'] = new Map();
const NO_RETRACTIONS: Pick<Drafts, 'retractions'> = { retractions: new Map() };

function timedOf(ledger: Ledger, meanings: Meanings): TimedEntry[] {
  const timed: TimedEntry[] = [];
  for (const [order, { is }] of meanings) for (const entry of changesOf(ledger, order, is, [])) timed.push(entry);
  return timed.toSorted(byTime);
}
