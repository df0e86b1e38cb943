import type { Reader } from '../db/tx.ts';
import type { EvidenceFact } from '../detection/evidence.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import { valenceOf } from '../reviews/review-fact.ts';
import { fromUnits } from '../scoring/fixed.ts';
import type { KnownOrder } from './known-order.ts';
import type { FactKey, NewTrace } from './marks.queries.ts';
import * as queries from './own-ties.queries.ts';
import { TRACE_KINDS } from './review-traces.ts';

const QUARTER = 90 * 86_400_000;
/** An address that more accounts reviewed from is no household's and no office's: it ties nobody to anybody. */
const MOST_AT_HOME = 5;
/** From here on, −1 to 1, a review takes sides: four stars or two. */
const TAKES_SIDES = 0.5;

/** A review with the traces behind its order. */
export interface Traced {
  readonly review: ReviewFact;
  readonly traces: readonly NewTrace[];
  readonly atAddress: number; // accounts that reviewed from its address, itself among them
}

/** How a reviewer and the merchant belong together. */
export interface Ties {
  /** The reviewed is the reviewer's own, by a trace that is the merchant's, or one of its own account's; on what that rests. */
  readonly ownShop: readonly EvidenceFact[] | null;
  /** The merchant said the same of the reviewer's own shop before. */
  readonly inReturnFor: FactKey | null;
}
const NO_TIES: Ties = { ownShop: null, inReturnFor: null };

/** What is known of whoever these reviews are about, and by: whose account is whose shop, and the traces that are the merchants' own. */
export async function learnTies(on: Reader, reviews: readonly ReviewFact[]): Promise<Known> {
  const merchantIds = [...new Set(reviews.map(({ merchantId }) => merchantId))];
  const authorIds = [...new Set(reviews.map(({ authorId }) => authorId))];
  const [accounts, traces] = await Promise.all([
    queries.ownAccounts(on, merchantIds, authorIds),
    queries.tracesOfMerchants(on, merchantIds),
  ]);
  return { accounts, traces };
}

/** By place. Each review knows of what was before it, in the tables and in the batch: they come in order of time. */
export async function tiesOf(
  on: Reader,
  all: readonly Traced[],
  { accounts, traces }: Known,
  orders: ReadonlyMap<string, KnownOrder>,
): Promise<Ties[]> {
  const merchantIds = [...new Set(all.map(({ review }) => review.merchantId))];
  const telling = all.map(tracesThatTell);
  const asked = telling.flat();
  const behind = asked.length === 0 ? [] : await queries.merchantsBehind(on, asked);
  const known: Known = { accounts, traces: [...traces, ...behind] };
  if (known.accounts.length + known.traces.length === 0) return all.map(() => NO_TIES);
  const bought = await ordersOfOwnAccounts(on, known, new Set(merchantIds), orders);
  const shops = all.map(({ review }, place) => ownShops(review, telling[place]!, known));
  const returns = await inReturn(on, all, shops, known);
  return all.map(({ review }, place) => ({
    ownShop: isOwn(review, telling[place]!, known, bought),
    inReturnFor: returns.get(place) ?? null,
  }));
}

interface Known {
  readonly accounts: readonly queries.OwnAccount[];
  readonly traces: readonly queries.MerchantTrace[];
}

const tracesThatTell = ({ traces, atAddress }: Traced): NewTrace[] =>
  traces.filter(({ kind }) => kind !== TRACE_KINDS.ip || atAddress <= MOST_AT_HOME);

const isSame = (a: { kind: number; hash: Buffer }, b: { kind: number; hash: Buffer }): boolean =>
  a.kind === b.kind && a.hash.equals(b.hash);

function isOwn(
  { merchantId, occurredAt }: ReviewFact,
  own: readonly NewTrace[],
  known: Known,
  bought: readonly Bought[],
): Ties['ownShop'] {
  const registered = known.traces.some(
    (trace) =>
      trace.merchantId === merchantId &&
      trace.knownSince.getTime() <= occurredAt &&
      own.some((each) => isSame(each, trace)),
  );
  const before = bought.find(
    (order) =>
      order.shopId === merchantId &&
      order.placedAt <= occurredAt &&
      order.traces.some((trace) => own.some((each) => isSame(each, trace))),
  );
  if (before)
    return [
      { type: 'Buyer', ids: [before.buyerId] },
      { type: 'Order', ids: [before.merchantId, before.id] },
    ];
  return registered ? [] : null;
}

/** An order by a merchant's own account. */
interface Bought extends FactKey {
  readonly shopId: string; // whose account it is
  readonly buyerId: string;
  readonly placedAt: number;
  readonly traces: readonly { kind: number; hash: Buffer }[];
}

async function ordersOfOwnAccounts(
  on: Reader,
  { accounts }: Known,
  reviewed: ReadonlySet<string>,
  orders: ReadonlyMap<string, KnownOrder>,
): Promise<Bought[]> {
  const shopOf = new Map(
    accounts.filter(({ merchantId }) => reviewed.has(merchantId)).map((each) => [each.buyerId, each.merchantId]),
  );
  if (shopOf.size === 0) return [];
  const beside = [...orders.values()].flatMap(({ state, traces }) =>
    traces && shopOf.has(state.buyerId) ? [{ ...traces, ...state, placedAt: new Date(state.placedAt) }] : [],
  );
  return [...beside, ...(await queries.ordersOfAccounts(on, [...shopOf.keys()], beside))].map((order) => ({
    merchantId: order.merchantId,
    id: order.id,
    shopId: shopOf.get(order.buyerId)!,
    buyerId: order.buyerId,
    placedAt: order.placedAt.getTime(),
    traces: (['device', 'payment', 'ip'] as const).flatMap((name) =>
      order[name] ? [{ kind: TRACE_KINDS[name], hash: order[name] }] : [],
    ),
  }));
}

/** The reviewer's own shops: of the same name, or registered from behind the device or payment instrument of its order. */
function ownShops(
  { authorId, merchantId, occurredAt }: ReviewFact,
  own: readonly NewTrace[],
  { accounts, traces }: Known,
): string[] {
  const named = accounts.filter(({ buyerId }) => buyerId === authorId).map((each) => each.merchantId);
  const behind = traces
    .filter(({ kind, knownSince }) => kind !== TRACE_KINDS.ip && knownSince.getTime() <= occurredAt)
    .filter((trace) => own.some((each) => isSame(each, trace)))
    .map((each) => each.merchantId);
  return [...new Set([...named, ...behind])].filter((id) => id !== merchantId);
}

/** By place: the review that this one answers in kind. */
async function inReturn(
  on: Reader,
  all: readonly Traced[],
  shops: readonly (readonly string[])[],
  known: Known,
): Promise<Map<number, FactKey>> {
  const asked = all.flatMap(({ review: { merchantId, occurredAt } }, place) =>
    shops[place]!.map((shopId) => ({ place, merchantId, shopId, at: new Date(occurredAt) })),
  );
  if (asked.length === 0) return new Map();
  const found = new Map<number, FactKey>();
  for (const { place, merchantId, id, valence } of await queries.reviewsInReturn(on, asked))
    if (areAlike(valenceOf(all[place]!.review), fromUnits(valence))) found.set(place, { merchantId, id });
  for (const { place, merchantId, shopId } of asked) {
    const { review } = all[place]!;
    const fellow = all
      .slice(0, place)
      .findLast(
        (each) =>
          each.review.merchantId === shopId &&
          each.review.occurredAt > review.occurredAt - QUARTER &&
          isAccountOf(merchantId, each, known) &&
          areAlike(valenceOf(review), valenceOf(each.review)),
      );
    if (fellow) found.set(place, fellow.review);
  }
  return found;
}

const isAccountOf = (shopId: string, { review, traces }: Traced, known: Known): boolean =>
  known.accounts.some(({ merchantId, buyerId }) => merchantId === shopId && buyerId === review.authorId) ||
  known.traces.some(
    (trace) =>
      trace.merchantId === shopId && trace.kind !== TRACE_KINDS.ip && traces.some((each) => isSame(each, trace)),
  );

/** Praise for praise, blame for blame. */
const areAlike = (one: number, other: number): boolean =>
  one * other > 0 && Math.min(Math.abs(one), Math.abs(other)) >= TAKES_SIDES;
