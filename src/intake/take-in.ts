import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Folding } from '../evidence/ledger.ts';
import { keepOwnTraces } from '../integrity/own-traces.ts';
import { ordersOf } from '../orders/orders.commands.ts';
import { reviewsAbout, reviewsWith } from '../reviews/weigh.commands.ts';
import { applyEvent, type Setting } from './apply.ts';
import { noDrafts, Overlay, type Drafts, type Wait } from './drafts.ts';
import { enterFacts } from './enter-facts.ts';
import { notAhead, type Envelope, type MarketEvent, type Outcome } from './event.ts';
import { closeInbox, openInbox, type Item } from './inbox.ts';
import { forget } from './inbox.queries.ts';
import { holdKeys, releaseKeys, type HeldKeys } from './keys.ts';
import { addPending, settlePending, waitingFor, type NewPending, type PendingRow } from './keys.queries.ts';
import type { Luck } from './luck.ts';
import { ownTracesIn } from './merchant-traces.ts';
import { describeParties, meetParties, partiesOf, type Parties } from './parties.ts';
import { areNewOrders } from './plain.ts';
import { Running } from './running.ts';
import { wantedOrders, wantedReviews } from './wanted.ts';

/** What taking in needs beside the transaction. */
export interface Intake {
  readonly now: number;
  readonly hash: Setting['hash'];
  readonly foldings: (tx: Tx) => Promise<readonly Folding[]>;
  /** Of long ago: nobody is told of each grade that it changes on its way. */
  readonly isHistory?: boolean;
  /** Points are earned and lost by it; unless given, by what is no history. */
  readonly earns?: boolean;
  /** Of a transaction; unless given, none of it is likely to be here. */
  readonly luck?: () => Luck;
}

/** A batch among those of its transaction. */
export interface Turn {
  /** Waits until the batches before are settled: all that they write is asked for. */
  readonly earlier: () => Promise<void>;
  /** All that it reads before its turn is read: the next may begin. */
  readonly isReady: () => void;
}

const ALONE: Turn = { earlier: async () => {}, isReady: () => {} };

const PATIENCE_MS = 7 * 86_400_000;

/**
 * Takes envelopes in, each whole or not at all, in one transaction; an outcome for each, in their order. Facts, postings and
 * balances are written together: what is acknowledged is counted.
 */
export async function takeIn(tx: Tx, envelopes: readonly Envelope[], intake: Intake, turn = ALONE): Promise<Outcome[]> {
  const running = new Running(await intake.foldings(tx), intake.luck?.());
  const outcomes = await takeBatchIn(tx, envelopes, intake, running, turn);
  await running.close(tx, intake.now, intake.isHistory ? null : 'FACTS');
  return outcomes;
}

/** The same of one batch among others of a transaction; its balances are written when `running` is closed. */
export async function takeBatchIn(
  tx: Tx,
  envelopes: readonly Envelope[],
  intake: Intake,
  running: Running,
  turn: Turn,
): Promise<Outcome[]> {
  const told = envelopes.map((envelope) => notAhead(envelope, intake.now));
  const events = told.flatMap((envelope) => envelope.events);
  // Asked for together, though whom a repeated event mentions need not be met.
  const [, items] = await Promise.all([
    meetParties(tx, events, running.known),
    openInbox(tx, told, intake.now, turn.earlier, running.luck),
  ]);
  const open = items.filter(({ outcome }) => outcome === null);
  if (open.length > 0) await settle(tx, open, intake, running, turn);
  await closeInbox(tx, items);
  return items.map(({ outcome }) => outcome!);
}

/** An event that waited, with what became of it now. */
interface Waiter {
  readonly row: PendingRow;
  isSettled: boolean;
  rejectedCode: string | null;
}

async function settle(tx: Tx, items: readonly Item[], intake: Intake, running: Running, turn: Turn): Promise<void> {
  const events = items.flatMap(({ envelope }) => envelope.events);
  const parties = await partiesOf(tx, events, intake.now, running.known);
  const drafts = noDrafts();
  const orderKeys = await holdKeys(tx, 'order', wantedOrders(events, parties, intake.now), turn.earlier, running.luck);
  const isPlain = (intake.isHistory ?? false) && areNewOrders(events, orderKeys);
  if (!isPlain) {
    await turn.earlier();
    await running.settle(tx, intake.now);
  }
  const holdReviews = async () => {
    const waiters = await waitersFor(tx, orderKeys, events);
    const all = [...events, ...waiters.map(({ row }) => row.event)];
    const wanted = wantedReviews(all, orderKeys, parties, intake.now);
    return { waiters, all, reviewKeys: await holdKeys(tx, 'review', wanted, turn.earlier, running.luck) };
  };
  const [{ waiters, all, reviewKeys }] = await Promise.all([holdReviews(), loadOrders(tx, drafts, orderKeys)]);
  await loadReviews(tx, drafts, reviewKeys);
  waiters.push(...(await waitersFor(tx, reviewKeys, all)));
  const pending = applyAll(drafts, items, waiters, settingFor(parties, orderKeys, reviewKeys, intake));
  const isHistory = intake.isHistory ?? false;
  const taken = items
    .filter(({ outcome }) => outcome!.status !== 'REJECTED')
    .flatMap(({ envelope }) => envelope.events);
  const weigh = async (opened: Promise<unknown>) => {
    opened.then(turn.isReady, () => {}); // who waits for it hears why it failed
    await turn.earlier();
    await describeParties(tx, taken); // first, since who has just registered is new
    await keepOwnTraces(tx, ownTracesIn(taken, { parties, hash: intake.hash }));
  };
  const earns = intake.earns ?? !isHistory;
  await enterFacts(tx, drafts, running, intake.now, { isHistory, isPlain, earns, turn: weigh });
  running.mention(parties, taken, taken.length === events.length);
  await saveWaiting(tx, pending, waiters, intake.now);
  await release(tx, drafts, orderKeys, reviewKeys, pending);
}

async function loadOrders(tx: Tx, drafts: Drafts, { known }: HeldKeys): Promise<void> {
  const places = [...known.values()];
  const [states, reviews] = await Promise.all([ordersOf(tx, places), reviewsAbout(tx, places)]);
  for (const state of states) {
    drafts.orders.set(state.externalId, state);
    drafts.found.set(state.externalId, state);
  }
  for (const review of reviews) {
    drafts.reviews.set(review.externalId!, review);
    drafts.reviewOfOrder.set(review.orderId!, review);
  }
}

async function loadReviews(tx: Tx, drafts: Drafts, keys: HeldKeys): Promise<void> {
  const missing = [...keys.known].filter(([externalId]) => !drafts.reviews.has(externalId)).map(([, place]) => place);
  for (const review of await reviewsWith(tx, missing)) drafts.reviews.set(review.externalId!, review);
}

/** Those who wait for what these events make. */
async function waitersFor(tx: Tx, { kind, waited }: HeldKeys, events: readonly MarketEvent[]): Promise<Waiter[]> {
  const made = new Set(events.flatMap((event) => madeBy(kind, event)));
  const keys = [...waited].filter((externalId) => made.has(externalId)).map((externalId) => ({ kind, externalId }));
  const rows = keys.length > 0 ? await waitingFor(tx, keys) : [];
  return rows.map((row) => ({ row, isSettled: false, rejectedCode: null }));
}

function madeBy(kind: 'order' | 'review', event: MarketEvent): string[] {
  if (kind === 'order') return event.type === 'order.placed' ? [event.order] : [];
  return event.type === 'review.posted' ? [event.review] : [];
}

function settingFor(parties: Parties, orders: HeldKeys, reviews: HeldKeys, { now, hash }: Intake): Setting {
  const idFor: Setting['idFor'] = (kind, externalId) =>
    (kind === 'order' ? orders : reviews).wanted.get(externalId)?.factId ?? newId(now);
  return { parties, idFor, hash };
}

/** What was put off until its fact is known. */
type Pending = Wait & { readonly envelope: Envelope };

/**
 * Orders first, then what waited for them, then everything else, retractions last: so that inside a transaction, too, the order
 * in which events come makes no difference.
 */
function applyAll(drafts: Drafts, items: readonly Item[], waiters: readonly Waiter[], setting: Setting): Pending[] {
  const pending: Pending[] = [];
  const overlay = new Overlay(drafts);
  const ranks = items.map(({ envelope }) => rankOf(envelope));
  for (const turn of [0, 1, 2]) {
    for (let i = 0; i < items.length; i++)
      if (ranks[i] === turn) for (const wait of applyItem(overlay.begin(), items[i]!, setting)) pending.push(wait);
    for (const waiter of waiters)
      if (turn === 0 && waiter.row.kind === 'order') applyWaiter(overlay.begin(), waiter, setting);
  }
  for (const waiter of waiters) if (waiter.row.kind === 'review') applyWaiter(overlay.begin(), waiter, setting);
  return pending;
}

function rankOf({ events }: Envelope): 0 | 1 | 2 {
  let rank: 1 | 2 = 1;
  for (const { type } of events) {
    if (type === 'order.placed') return 0;
    if (type === 'review.retracted') rank = 2;
  }
  return rank;
}

const NONE: readonly Pending[] = [];
const [PENDING, DUPLICATE, ACCEPTED] = [
  { status: 'PENDING' },
  { status: 'DUPLICATE' },
  { status: 'ACCEPTED' },
] as const;

function applyItem(overlay: Overlay, item: Item, setting: Setting): readonly Pending[] {
  try {
    for (const event of item.envelope.events) applyEvent(overlay, event, setting);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    overlay.takeBack();
    item.outcome = { status: 'REJECTED', code: error.code, message: error.message };
    return NONE;
  }
  const isRepeat = !item.isNew && !overlay.hasChanges;
  item.outcome = overlay.waits.length > 0 ? PENDING : isRepeat ? DUPLICATE : ACCEPTED;
  return overlay.waits.length === 0 ? NONE : overlay.waits.map((wait) => ({ ...wait, envelope: item.envelope }));
}

function applyWaiter(overlay: Overlay, waiter: Waiter, setting: Setting): void {
  try {
    applyEvent(overlay, waiter.row.event, setting);
    waiter.isSettled = overlay.waits.length === 0; // else what it waits for was refused, and it waits on
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    overlay.takeBack();
    waiter.isSettled = true;
    waiter.rejectedCode = error.code;
  }
}

async function saveWaiting(
  tx: Tx,
  pending: readonly Pending[],
  waiters: readonly Waiter[],
  now: number,
): Promise<void> {
  const rows = pending.map(({ key, event, envelope }): NewPending => ({
    ...key,
    id: newId(now),
    source: envelope.source,
    eventId: envelope.id,
    event,
  }));
  if (rows.length > 0) await addPending(tx, rows, new Date(now), new Date(now + PATIENCE_MS));
  const settled = waiters
    .filter(({ isSettled }) => isSettled)
    .map(({ row, rejectedCode }) => ({
      kind: row.kind,
      externalId: row.external_id,
      id: row.id,
      rejectedCode,
    }));
  if (settled.length > 0) await settlePending(tx, settled);
  const refused = waiters.filter(({ rejectedCode }) => rejectedCode !== null).map(({ row }) => row);
  if (refused.length > 0)
    await forget(
      tx,
      refused.map(({ source, event_id: id }) => ({ source, id })),
    );
}

async function release(
  tx: Tx,
  drafts: Drafts,
  orderKeys: HeldKeys,
  reviewKeys: HeldKeys,
  pending: readonly Pending[],
): Promise<void> {
  const awaited = new Set(pending.map(({ key }) => `${key.kind}/${key.externalId}`));
  await releaseKeys(tx, orderKeys, drafts.newOrders, (id) => awaited.has(`order/${id}`));
  await releaseKeys(tx, reviewKeys, drafts.newReviews, (id) => awaited.has(`review/${id}`));
}
