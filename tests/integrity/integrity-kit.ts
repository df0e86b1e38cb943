import type { CloudEvent } from '../../src/demo/telling.ts';
import type { Database } from '../../src/db/database.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import type { Outcome } from '../../src/intake/event.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { takeIn } from '../../src/intake/take-in.ts';
import { expect } from 'vitest';
import type { Api, Asker } from '../kit/api.ts';
import { anEvent, daysAgo, envelope, HASH_SECRET, type RawEvent } from '../kit/events.ts';

/** Takes events in as history: nobody doubts them as they come. */
export async function takeHistory(
  db: Database,
  events: readonly Parameters<typeof envelope>[0][],
  now: number,
): Promise<Outcome[]> {
  await ensureDefaultPolicies(reader(db.pool), now);
  const intake = { ...intakeAt(HASH_SECRET, now), isHistory: true };
  return inTransaction(db.pool, (tx) =>
    takeIn(
      tx,
      events.map((event) => envelope(event, now)),
      intake,
    ),
  );
}

/** The events of a marketplace's last days: all of what was ordered then, and who and what there is. */
export function latelyOf(events: readonly CloudEvent[], now: number, days: number): CloudEvent[] {
  const since = now - days * 86_400_000;
  const old = new Set(
    events.flatMap(({ type, time, data }) =>
      type === 'order.placed' && Date.parse(time) < since ? [data['order']] : [],
    ),
  );
  return events.filter(({ data }) => !('order' in data && old.has(data['order'])));
}

/** A sale that is delivered and reviewed; days are before the tests' now. */
export interface Sale {
  readonly order: string;
  readonly merchant?: string;
  readonly buyer?: string;
  readonly placed: number; // days ago; delivered two days later, reviewed a day after that
  readonly stars?: number; // without them it is not reviewed
  readonly text?: string;
  readonly device?: string;
  readonly payment?: string;
  readonly registered?: number; // days ago
}

export function eventsOfSale(sale: Sale): RawEvent[] {
  const { order, merchant = 'shop', buyer = `b-${order}`, placed } = sale;
  const registered = { externalId: buyer, registeredAt: daysAgo(sale.registered ?? 400) };
  const told = [
    anEvent('buyer.registered', daysAgo(placed), registered),
    anEvent('order.placed', daysAgo(placed, 1), {
      order,
      merchant,
      buyer,
      currency: 'EUR',
      amount: 4900,
      lines: [{ product: `p-${merchant}`, quantity: 1, unitPrice: 4900 }],
      device: sale.device ?? `d-${buyer}`,
      payment: { instrument: sale.payment ?? `c-${buyer}` },
    }),
    anEvent('order.paid', daysAgo(placed, 2), { order }),
    anEvent('order.shipped', daysAgo(placed, 12), { order, carrier: 'Post', tracking: `T${order}` }),
    anEvent('order.delivered', daysAgo(placed - 2, 3), { order }),
  ];
  return sale.stars === undefined ? told : [...told, reviewOfSale(sale)];
}

export const reviewOfSale = ({ order, placed, stars = 5, text }: Sale): RawEvent =>
  anEvent('review.posted', daysAgo(placed - 3, 4), { review: `r-${order}`, order, stars, ...(text && { text }) });

/** Honest sales of a merchant, one a day, each second one reviewed with four stars. */
export const honestSales = (merchant: string, count = 12): RawEvent[] =>
  Array.from({ length: count }, (_, i) =>
    eventsOfSale({ order: `${merchant}-${i}`, merchant, placed: 40 - i, ...(i % 2 === 0 && { stars: 4 }) }),
  ).flat();

export const PRAISE = 'Absolutely the best shop in town, fast as lightning, five stars and thank you so very much';

/** New accounts that say the same words about a merchant, from one device each after the other. */
export const fakeSales = (merchant: string, count: number, more: Partial<Sale> = {}): Sale[] =>
  Array.from({ length: count }, (_, i) => ({
    order: `${merchant}-fake-${i}`,
    merchant,
    placed: 5,
    stars: 5,
    text: PRAISE,
    device: `d-farm-${merchant}`,
    registered: 6,
    ...more,
  }));

export const LIST = `query ($first: Int, $after: String, $status: SuspicionStatus, $kind: SuspicionKind) {
  suspicions(first: $first, after: $after, status: $status, kind: $kind) {
    nodes { id kind status probability merchant { externalId } reviews { externalId status } orders { externalId }
      evidence { family code text zh: text(locale: "zh-CN") observed expected logLikelihoodRatio
        facts { __typename ... on Review { review: externalId } ... on Order { order: externalId } ... on Buyer { account: externalId name } } }
      ring { density members { id externalId name } targets { externalId } } openedAt claimedBy claimedUntil decidedBy decisionNote }
    pageInfo { hasNextPage endCursor } } }`;

export interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly probability: number;
  readonly merchant: { readonly externalId: string };
  readonly reviews: readonly { readonly externalId: string; readonly status: string }[];
  readonly orders: readonly { readonly externalId: string }[];
  readonly evidence: readonly {
    readonly family: string;
    readonly code: string;
    readonly text: string;
    readonly zh: string;
    readonly logLikelihoodRatio: number;
    readonly facts: readonly Readonly<Record<string, string | null>>[];
  }[];
  readonly ring: {
    readonly density: number;
    readonly members: readonly { externalId: string; name: string | null }[];
    readonly targets: readonly { externalId: string }[];
  } | null;
  readonly claimedBy: string | null;
}

export async function suspicionsOf(
  api: Api,
  variables: Record<string, unknown> = {},
  asker: Asker = 'AUDITOR',
): Promise<Shown[]> {
  const { data, errors } = await api.ask(asker, LIST, { first: 100, ...variables });
  expect(errors).toBeUndefined();
  return data.suspicions.nodes;
}

/** One mutation about a suspicion or a review: its payload, or the code of the error. */
export async function mutate(api: Api, asker: Asker, name: string, fields: string, input: Record<string, unknown>) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await api.ask(
    asker,
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code field } } }`,
    { input },
  );
  return errors ? { code: errors[0]!.extensions['code'] } : data[name];
}

export const NOT_STAFF: readonly Asker[] = [
  null,
  ['BUYER', 'buyer:b'],
  ['MERCHANT', 'merchant:shop'],
  'PARTNER',
  'PLATFORM',
];

type Input = Record<string, unknown>;
const CLAIM = 'suspicion { id claimedBy claimedUntil }';
const DISMISSED = 'suspicion { id status decidedBy decisionNote reviews { externalId status } }';
const RELEASED =
  'review { externalId status } receipt { reversedPostings changes { subject { __typename } before { ratingCount } after { ratingCount } } }';

/** What staff do about suspicions, each time with a key of its own unless given, and a note where one is needed. */
export function decidingOn(api: Api) {
  let nextKey = 0;
  const key = () => `k-${nextKey++}`;
  const decide =
    (name: string, fields: string, about: string, note: Input = {}) =>
    (id: string, asker: Asker = 'MODERATOR', more: Input = {}) =>
      mutate(api, asker, name, fields, { [about]: id, idempotencyKey: key(), ...note, ...more });
  return {
    key,
    claim: decide('claimSuspicion', CLAIM, 'suspicionId'),
    giveUp: decide('releaseClaim', CLAIM, 'suspicionId'),
    confirm: decide('confirmSuspicion', DISMISSED, 'suspicionId', { note: 'the parcels were empty' }),
    dismiss: decide('dismissSuspicion', DISMISSED, 'suspicionId', { note: 'a school class' }),
    release: decide('releaseReview', RELEASED, 'reviewId', { note: 'she called us' }),
  };
}

export const keysOf = async ({ pool }: Database, externalIds: readonly string[]) =>
  (await pool.query(`select merchant_id as "merchantId", id from review where external_id = any($1)`, [externalIds]))
    .rows;
