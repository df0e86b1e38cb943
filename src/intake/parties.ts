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

/** `known`: those whom the transaction need not look up. */
export async function resolveParties(
  tx: Tx,
  events: readonly MarketEvent[],
  now: number,
  known: KnownParties,
): Promise<Parties> {
  const mentioned = mentionedIn(events);
  const fresh = new Set<string>();
  const finding = idsOf(tx, 'merchant', mentioned.merchants, known, fresh, now);
  const [merchants, buyers, products] = await Promise.all([
    finding,
    idsOf(tx, 'buyer', mentioned.buyers, known, fresh, now),
    productsOf(tx, mentioned.products, finding, known, fresh, now),
  ]);
  return { merchants, buyers, products, fresh };
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
  const found = new Map<string, string>();
  for (const externalId of mentioned) {
    const id = known.find(table, externalId);
    if (id !== undefined) found.set(externalId, id);
  }
  const learn = (rows: readonly queries.Found[]) => {
    for (const { external_id: externalId, id } of rows) {
      found.set(externalId, id);
      known.learn(table, externalId, id);
    }
  };
  const unknown = () => [...mentioned].filter((each) => !found.has(each));
  const asked = unknown();
  if (asked.length === 0) return found;
  learn(await queries.findParties(tx, table, asked));
  const missing = unknown().map((externalId) => ({ id: newId(now), externalId }));
  const made = missing.length > 0 ? await queries.insertParties(tx, table, missing, new Date(now)) : [];
  learn(made);
  for (const { id } of made) fresh.add(id);
  const raced = unknown(); // another transaction was first
  if (raced.length > 0) learn(await queries.findParties(tx, table, raced));
  return found;
}

async function productsOf(
  tx: Tx,
  mentioned: ReadonlyMap<string, string>,
  finding: Promise<ReadonlyMap<string, string>>, // their merchants
  known: KnownParties,
  fresh: Set<string>,
  now: number,
): Promise<Parties['products']> {
  const found = new Map<string, ProductPlace>();
  for (const externalId of mentioned.keys()) {
    const place = known.find('product', externalId);
    if (place !== undefined) found.set(externalId, place);
  }
  const learn = (rows: readonly queries.FoundProduct[]) => {
    for (const { external_id: externalId, id, merchant_id: merchantId } of rows) {
      found.set(externalId, { id, merchantId });
      known.learn('product', externalId, { id, merchantId });
    }
  };
  const unknown = () => [...mentioned.keys()].filter((each) => !found.has(each));
  const asked = unknown();
  if (asked.length === 0) return found;
  learn(await queries.findProducts(tx, asked));
  const merchants = await finding;
  const missing = unknown().map((externalId) => ({
    id: newId(now),
    externalId,
    merchantId: merchants.get(mentioned.get(externalId)!)!,
  }));
  const made = missing.length > 0 ? await queries.insertProducts(tx, missing, new Date(now)) : [];
  learn(made);
  for (const { id } of made) fresh.add(id);
  const raced = unknown();
  if (raced.length > 0) learn(await queries.findProducts(tx, raced));
  return found;
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
