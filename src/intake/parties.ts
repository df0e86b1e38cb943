import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import type { MarketEvent } from './event.ts';
import type { KnownParties, ProductPlace } from './known-parties.ts';
import * as queries from './parties.queries.ts';

/** Our ids for the platform's own. Whoever is mentioned exists from then on. */
export interface Parties {
  readonly merchants: ReadonlyMap<string, string>;
  readonly buyers: ReadonlyMap<string, string>;
  readonly products: ReadonlyMap<string, ProductPlace>;
  readonly fresh: ReadonlySet<string>; // ids made by this transaction
}

export interface Mentioned {
  readonly merchants: Set<string>;
  readonly buyers: Set<string>;
  readonly products: Map<string, string>; // product to the merchant that it was mentioned with
}

/** Looks up whoever is mentioned and not known yet: those who are not known after that were not there. */
export async function meetParties(tx: Tx, events: readonly MarketEvent[], known: KnownParties): Promise<void> {
  const { merchants, buyers, products } = mentionedIn(events);
  const unknown = (table: Parameters<KnownParties['find']>[0], mentioned: Iterable<string>) =>
    [...mentioned].filter((each) => known.find(table, each) === undefined);
  const meet = async (table: queries.PartyTable, mentioned: ReadonlySet<string>) => {
    const asked = unknown(table, mentioned);
    if (asked.length > 0) learnParties(known, table, await queries.findParties(tx, table, asked));
  };
  const asked = unknown('product', products.keys());
  await Promise.all([
    meet('merchant', merchants),
    meet('buyer', buyers),
    asked.length > 0 && queries.findProducts(tx, asked).then((rows) => learnProducts(known, rows)),
  ]);
}

function learnParties(known: KnownParties, table: queries.PartyTable, rows: readonly queries.Found[]): void {
  for (const { external_id: externalId, id } of rows) known.learn(table, externalId, id);
}

function learnProducts(known: KnownParties, rows: readonly queries.FoundProduct[]): void {
  for (const { external_id: externalId, id, merchant_id: merchantId } of rows)
    known.learn('product', externalId, { id, merchantId });
}

/** `known`: those whom the transaction need not look up. */
export async function resolveParties(
  tx: Tx,
  events: readonly MarketEvent[],
  now: number,
  known: KnownParties,
): Promise<Parties> {
  await meetParties(tx, events, known);
  return partiesOf(tx, events, now, known);
}

/** Everybody who is mentioned: whoever was not met is made. */
export async function partiesOf(
  tx: Tx,
  events: readonly MarketEvent[],
  now: number,
  known: KnownParties,
): Promise<Parties> {
  const mentioned = mentionedIn(events);
  const fresh = new Set<string>();
  const [merchants, buyers] = await Promise.all([
    idsOf(tx, 'merchant', mentioned.merchants, known, fresh, now),
    idsOf(tx, 'buyer', mentioned.buyers, known, fresh, now),
  ]);
  return { merchants, buyers, products: await productsOf(tx, mentioned.products, merchants, known, fresh, now), fresh };
}

export function mentionedIn(events: readonly MarketEvent[]): Mentioned {
  const found: Mentioned = { merchants: new Set(), buyers: new Set(), products: new Map() };
  for (const event of events) mention(event, found);
  return found;
}

function mention(event: MarketEvent, { merchants, buyers, products }: Mentioned): void {
  switch (event.type) {
    case 'merchant.registered':
      merchants.add(event.externalId);
      break;
    case 'buyer.registered':
      buyers.add(event.externalId);
      break;
    case 'product.listed':
      merchants.add(event.merchant);
      if (!products.has(event.externalId)) products.set(event.externalId, event.merchant);
      break;
    case 'order.placed':
      merchants.add(event.merchant);
      buyers.add(event.buyer);
      for (const { product } of event.lines)
        if (product !== null && !products.has(product)) products.set(product, event.merchant);
      break;
    case 'review.posted':
      if (event.order !== null) break; // its parties are its order's
      if (event.merchant !== null) merchants.add(event.merchant);
      if (event.buyer !== null) buyers.add(event.buyer);
      if (event.product !== null && event.merchant !== null && !products.has(event.product))
        products.set(event.product, event.merchant);
      break;
    case 'rating.given':
      merchants.add(event.to);
      buyers.add(event.from);
      break;
    default: // about an order or a review that names its own
  }
}

async function idsOf(
  tx: Tx,
  table: queries.PartyTable,
  mentioned: ReadonlySet<string>,
  known: KnownParties,
  fresh: Set<string>,
  now: number,
): Promise<Map<string, string>> {
  const unknown = () => [...mentioned].filter((each) => known.find(table, each) === undefined);
  const missing = unknown().map((externalId) => ({ id: newId(now), externalId }));
  const made = missing.length > 0 ? await queries.insertParties(tx, table, missing, new Date(now)) : [];
  learnParties(known, table, made);
  for (const { id } of made) fresh.add(id);
  const raced = missing.length > made.length ? unknown() : []; // another transaction was first
  if (raced.length > 0) learnParties(known, table, await queries.findParties(tx, table, raced));
  return new Map(Array.from(mentioned, (externalId) => [externalId, known.find(table, externalId)!]));
}

async function productsOf(
  tx: Tx,
  mentioned: ReadonlyMap<string, string>,
  merchants: ReadonlyMap<string, string>,
  known: KnownParties,
  fresh: Set<string>,
  now: number,
): Promise<Parties['products']> {
  const unknown = () => [...mentioned.keys()].filter((each) => known.find('product', each) === undefined);
  const missing = unknown().map((externalId) => ({
    id: newId(now),
    externalId,
    merchantId: merchants.get(mentioned.get(externalId)!)!,
  }));
  const made = missing.length > 0 ? await queries.insertProducts(tx, missing, new Date(now)) : [];
  learnProducts(known, made);
  for (const { id } of made) fresh.add(id);
  const raced = missing.length > made.length ? unknown() : [];
  if (raced.length > 0) learnProducts(known, await queries.findProducts(tx, raced));
  return new Map(Array.from(mentioned.keys(), (externalId) => [externalId, known.find('product', externalId)!]));
}

/** Names and categories, each as last said by then. */
export async function describeParties(tx: Tx, events: readonly MarketEvent[]): Promise<void> {
  const latest = { merchant: new Map<string, queries.Description>(), buyer: new Map<string, queries.Description>() };
  const products = new Map<string, queries.Description & { category: string | null }>();
  for (const event of events) {
    if (event.type === 'merchant.registered' || event.type === 'buyer.registered')
      keepLatest(event.type === 'merchant.registered' ? latest.merchant : latest.buyer, event);
    if (event.type === 'product.listed') keepLatest(products, event);
  }
  const tables = (['merchant', 'buyer'] as const).filter((table) => latest[table].size > 0);
  await Promise.all([
    ...tables.map((table) => queries.describeParties(tx, table, sorted(latest[table]))),
    products.size > 0 && queries.describeProducts(tx, sorted(products)),
  ]);
}

function keepLatest<Row extends queries.Description>(rows: Map<string, Row>, row: Row): void {
  const known = rows.get(row.externalId);
  if (!known || known.at <= row.at) rows.set(row.externalId, row);
}

const sorted = <Row extends queries.Description>(rows: ReadonlyMap<string, Row>): Row[] =>
  [...rows.values()].toSorted((a, b) => (a.externalId < b.externalId ? -1 : 1));
