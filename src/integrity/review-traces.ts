import type { Reader } from '../db/tx.ts';
import type { SharedTrace } from '../detection/review-context.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import { crowdsBehind, tracesOfOrders, type FoundCrowd, type NewTrace } from './marks.queries.ts';
import type { KnownOrder, OwnTraces } from './known-order.ts';

const QUARTER = 90 * 86_400_000;

export const TRACE_KINDS = { device: 1, payment: 2, ip: 3 } as const; // numbers are stored
export type TraceKind = keyof typeof TRACE_KINDS;

type Crowd = Omit<SharedTrace, 'merchantShare'> | null;
export interface Crowds extends Readonly<Record<TraceKind, Crowd>> {
  readonly newTraces: readonly NewTrace[];
}

/** Who else reviewed from behind the traces of each review's order: those before it, in the tables and in the batch. */
export async function crowdsOf(
  on: Reader,
  reviews: readonly ReviewFact[], // in order of time
  orders: ReadonlyMap<string, KnownOrder>,
): Promise<Crowds[]> {
  const behind = await tracesBehind(on, reviews, orders);
  const asked = reviews.flatMap((review, place) =>
    tracesIn(behind[place]!).map(({ kind, hash }) => ({
      place,
      kind: TRACE_KINDS[kind],
      name: kind,
      hash,
      merchantId: review.merchantId,
      since: new Date(review.occurredAt - QUARTER),
    })),
  );
  const authors = [...new Set(reviews.map(({ authorId }) => authorId))];
  const found = new Map(
    (asked.length > 0 ? await crowdsBehind(on, asked, authors) : []).map((crowd) => [crowd.place - 1, crowd]),
  );
  const seen = new Map<string, { authorId: string; merchantId: string }[]>(); // in this batch, by trace
  const crowds = reviews.map((): Record<TraceKind, Crowd> => ({ device: null, payment: null, ip: null }));
  for (const [i, { place, kind, name, hash }] of asked.entries()) {
    const review = reviews[place]!;
    const key = `${kind}/${hash.toString('latin1')}`;
    const fellows = seen.get(key) ?? [];
    crowds[place]![name] = crowdFor(review, found.get(i), fellows);
    seen.set(key, [...fellows, review]);
  }
  return crowds.map((crowd, place) => ({ ...crowd, newTraces: newTraces(reviews[place]!, behind[place]!) }));
}

function crowdFor(
  { authorId, merchantId }: ReviewFact,
  known: FoundCrowd | undefined,
  fellows: readonly { authorId: string; merchantId: string }[],
): Crowd {
  const holders = new Set([authorId, ...(known?.knownHolders ?? []), ...fellows.map((each) => each.authorId)]);
  const siblings = new Set([
    ...(known?.knownSiblings ?? []),
    ...fellows.filter((each) => each.merchantId === merchantId).map((each) => each.authorId),
  ]);
  siblings.delete(authorId);
  return { siblings: (known?.siblings ?? 0) + siblings.size, holders: (known?.holders ?? 0) + holders.size };
}

async function tracesBehind(
  on: Reader,
  reviews: readonly ReviewFact[],
  orders: ReadonlyMap<string, KnownOrder>,
): Promise<OwnTraces[]> {
  const missing = reviews.flatMap(({ orderId, merchantId }) =>
    orderId !== null && !orders.get(orderId)?.traces ? [{ merchantId, id: orderId }] : [],
  );
  const found = new Map(
    (missing.length > 0 ? await tracesOfOrders(on, missing) : []).map((traces) => [traces.id, traces]),
  );
  return reviews.map(({ orderId }) => orders.get(orderId ?? '')?.traces ?? found.get(orderId ?? '') ?? NOTHING);
}
const NOTHING: OwnTraces = { ip: null, device: null, payment: null };

const tracesIn = (traces: OwnTraces): { kind: TraceKind; hash: Buffer }[] =>
  (['device', 'payment', 'ip'] as const).flatMap((kind) => (traces[kind] ? [{ kind, hash: traces[kind] }] : []));

const newTraces = ({ merchantId, authorId, occurredAt }: ReviewFact, traces: OwnTraces): NewTrace[] =>
  tracesIn(traces).map(({ kind, hash }) => ({
    kind: TRACE_KINDS[kind],
    hash,
    merchantId,
    authorId,
    at: new Date(occurredAt),
  }));
