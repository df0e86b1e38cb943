import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import type { MarketEvent } from './event.ts';
import * as queries from './parties.queries.ts';

/** Our ids for the platform's own. Whoever is mentioned exists from then on. */
export interface Parties {
  readonly merchants: ReadonlyMap<string, string>;
  readonly buyers: ReadonlyMap<string, string>;
  readonly products: ReadonlyMap<string, { readonly id: string; readonly merchantId: string }>;
  readonly fresh: ReadonlySet<string>; // ids made by this transaction
}

interface Mentioned {
  readonly merchants: Set<string>;
  readonly buyers: Set<string>;
  readonly products: Map<string, string>; // product to the merchant that it was mentioned with
}

export async function resolveParties(tx: Tx, events: readonly MarketEvent[], now: number): Promise<Parties> {
  const mentioned = mentionedIn(events);
  const fresh = new Set<string>();
  const merchants = await idsOf(tx, 'merchant', [...mentioned.merchants], fresh, now);
  const buyers = await idsOf(tx, 'buyer', [...mentioned.buyers], fresh, now);
  const products = await productsOf(tx, mentioned.products, merchants, fresh, now);
  return { merchants, buyers, products, fresh };
}

/** Whoever was mentioned for the first time, and only by what was refused, is not known after all. */
export async function dropStrangers(tx: Tx, batches: readonly Parties[], taken: readonly MarketEvent[]): Promise<void> {
  const mentioned = mentionedIn(taken);
  const strangers = (
    idsIn: (parties: Parties) => Iterable<[string, string]>,
    known: { has(externalId: string): boolean },
  ) =>
    batches.flatMap((parties) =>
      [...idsIn(parties)].flatMap(([externalId, id]) => (parties.fresh.has(id) && !known.has(externalId) ? [id] : [])),
    );
  const gone = [
    [
      'product',
      strangers(({ products }) => [...products].map(([externalId, { id }]) => [externalId, id]), mentioned.products),
    ],
    ['buyer', strangers(({ buyers }) => buyers, mentioned.buyers)],
    ['merchant', strangers(({ merchants }) => merchants, mentioned.merchants)],
  ] as const;
  for (const [table, ids] of gone) if (ids.length > 0) await queries.deleteParties(tx, table, ids);
}

function mentionedIn(events: readonly MarketEvent[]): Mentioned {
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
  externalIds: readonly string[],
  fresh: Set<string>,
  now: number,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (externalIds.length === 0) return found;
  const learn = (rows: readonly queries.Found[]) => rows.forEach((row) => found.set(row.external_id, row.id));
  learn(await queries.findParties(tx, table, externalIds));
  const missing = externalIds.filter((each) => !found.has(each)).map((externalId) => ({ id: newId(now), externalId }));
  const made = missing.length > 0 ? await queries.insertParties(tx, table, missing, new Date(now)) : [];
  learn(made);
  for (const { id } of made) fresh.add(id);
  const raced = externalIds.filter((each) => !found.has(each)); // another transaction was first
  if (raced.length > 0) learn(await queries.findParties(tx, table, raced));
  return found;
}

async function productsOf(
  tx: Tx,
  mentioned: ReadonlyMap<string, string>,
  merchants: ReadonlyMap<string, string>,
  fresh: Set<string>,
  now: number,
): Promise<Parties['products']> {
  const found = new Map<string, { id: string; merchantId: string }>();
  if (mentioned.size === 0) return found;
  const learn = (rows: readonly queries.FoundProduct[]) =>
    rows.forEach((row) => found.set(row.external_id, { id: row.id, merchantId: row.merchant_id }));
  const all = [...mentioned.keys()];
  learn(await queries.findProducts(tx, all));
  const missing = all
    .filter((each) => !found.has(each))
    .map((externalId) => ({ id: newId(now), externalId, merchantId: merchants.get(mentioned.get(externalId)!)! }));
  const made = missing.length > 0 ? await queries.insertProducts(tx, missing, new Date(now)) : [];
  learn(made);
  for (const { id } of made) fresh.add(id);
  const raced = all.filter((each) => !found.has(each));
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
  for (const table of ['merchant', 'buyer'] as const)
    if (latest[table].size > 0) await queries.describeParties(tx, table, sorted(latest[table]));
  if (products.size > 0) await queries.describeProducts(tx, sorted(products));
}

function keepLatest<Row extends queries.Description>(rows: Map<string, Row>, row: Row): void {
  const known = rows.get(row.externalId);
  if (!known || known.at <= row.at) rows.set(row.externalId, row);
}

const sorted = <Row extends queries.Description>(rows: ReadonlyMap<string, Row>): Row[] =>
  [...rows.values()].toSorted((a, b) => (a.externalId < b.externalId ? -1 : 1));
