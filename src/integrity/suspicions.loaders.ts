import type { Call } from '../access/call.ts';
import { groupLoader, loader } from '../access/loader.ts';
import { buyerById } from '../buyers/buyers.loaders.ts';
import type { BuyerRow } from '../buyers/buyers.schema.ts';
import { connectionOf, pageOf, type Connection, type PageArguments } from '../kernel/page.ts';
import { merchantById } from '../merchants/merchants.loaders.ts';
import type { MerchantRow } from '../merchants/merchants.schema.ts';
import { orderById } from '../orders/orders.loaders.ts';
import type { OrderRow } from '../orders/orders.schema.ts';
import type { Review } from '../reviews/review.ts';
import { reviewById } from '../reviews/reviews.loaders.ts';
import { Suspicion, type SuspicionKind, type SuspicionStatus } from './suspicion.ts';
import * as queries from './suspicions.queries.ts';

/** Loaders compare keys by identity, so a key of two ids becomes a text. */
const textOf = ({ merchantId, id }: { merchantId: string; id: string }): string => `${merchantId}/${id}`;
function keyOf(text: string): { merchantId: string; id: string } {
  const [merchantId, id] = text.split('/') as [string, string];
  return { merchantId, id };
}

/** Null for those who may not see it. */
export const suspicionById = (call: Call, [merchantId, id]: readonly [merchantId: string, id: string]) =>
  byKey(call, textOf({ merchantId, id }));

const byKey = loader(
  async ({ em }, keys: readonly string[]) =>
    (await em.find(Suspicion, { $or: keys.map(keyOf) })).map((suspicion) =>
      Object.assign(suspicion, { __typename: 'Suspicion' as const }),
    ),
  textOf,
);

/** Null or nothing: of any. */
export interface AskedSuspicions extends PageArguments {
  readonly status?: SuspicionStatus | null;
  readonly kind?: SuspicionKind | null;
}

/** The queue: the most probable first. */
export async function suspicionsByPage(
  { em }: Call,
  { status, kind, ...args }: AskedSuspicions,
): Promise<Connection<Suspicion>> {
  const page = pageOf(args, ['number', 'uuid']);
  const [probability, id] = (page.after ?? []) as [number?, string?];
  const found = await em.find(
    Suspicion,
    {
      ...(status && { status }),
      ...(kind && { kind }),
      ...(page.after && {
        $or: [{ probability: { $lt: probability! } }, { probability: probability!, id: { $gt: id! } }],
      }),
    },
    { orderBy: [{ probability: 'desc' }, { id: 'asc' }], limit: page.size + 1 },
  );
  return connectionOf(found, page, (suspicion) => [suspicion.probability, suspicion.id]);
}

const evidence = groupLoader(
  ({ sql }, keys: readonly string[]) => queries.evidenceOf(sql, keys.map(keyOf)),
  ({ suspicionId, merchantId }) => `${merchantId}/${suspicionId}`,
);
/** What speaks loudest for a fake comes first. */
export const evidenceFor = (call: Call, suspicion: Suspicion) => evidence(call, textOf(suspicion));

const factsBy = (fact: 'review' | 'order') =>
  groupLoader(
    ({ sql }, keys: readonly string[]) => queries.factsOf(sql, fact, keys.map(keyOf)),
    ({ merchantId, suspicionId }) => `${merchantId}/${suspicionId}`,
  );
const [reviewIds, orderIds] = [factsBy('review'), factsBy('order')];

export async function reviewsOf(call: Call, suspicion: Suspicion): Promise<Review[]> {
  const facts = await reviewIds(call, textOf(suspicion));
  const found = await Promise.all(facts.map(({ merchantId, factId }) => reviewById(call, merchantId, factId)));
  return found.filter((review) => review !== null);
}

export async function ordersOf(call: Call, suspicion: Suspicion): Promise<OrderRow[]> {
  const facts = await orderIds(call, textOf(suspicion));
  const found = await Promise.all(facts.map(({ merchantId, factId }) => orderById(call, [merchantId, factId])));
  return found.filter((order) => order !== null);
}

const rings = loader(
  ({ sql }, ids: readonly string[]) => queries.ringsOf(sql, ids),
  ({ id }) => id,
);
export type { RingRow } from './suspicions.queries.ts';
/** Null for a suspicion that no ring is behind. */
export const ringOf = async (call: Call, { ringId }: Suspicion): Promise<queries.RingRow | null> =>
  ringId ? rings(call, ringId) : null;

/** By their ids: who judges needs no names. */
export const membersOf = async (call: Call, { members }: queries.RingRow): Promise<BuyerRow[]> =>
  (await Promise.all(members.map((id) => buyerById(call, id)))).flatMap((buyer) =>
    buyer ? [{ ...buyer, name: null }] : [],
  );

export const targetsOf = async (call: Call, { targets }: queries.RingRow): Promise<MerchantRow[]> =>
  (await Promise.all(targets.map((id) => merchantById(call, id)))).filter((merchant) => merchant !== null);
