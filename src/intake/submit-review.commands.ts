import type { Call } from '../access/call.ts';
import { ownId } from '../access/actor.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { DIMENSIONS } from '../evidence/book.ts';
import { newId } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isStorable } from '../kernel/text.ts';
import { Order } from '../orders/order.ts';
import { Review } from '../reviews/review.ts';
import { Rejection } from './checks.ts';
import { parseCloudEvent } from './cloud-events.ts';
import type { Envelope } from './event.ts';
import { intakeOf } from './intake.ts';
import { placeOfFact } from './keys.queries.ts';
import { takeIn } from './take-in.ts';

export interface SubmitReview {
  readonly order: string;
  readonly stars: number;
  readonly dimensions: readonly { readonly key: string; readonly stars: number }[];
  readonly text: string | null;
  readonly incentivized: boolean;
  readonly idempotencyKey: string;
}

/** The source under which reviews that are written here are taken in. */
const SOURCE = 'credence:submitReview';

/** A buyer's word on an own, delivered order: one for each order. It counts at once. */
export async function submitReview(call: Call, input: SubmitReview): Promise<Review> {
  const order = await findOwnOrder(call, input.order);
  const key = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'submitReview', input, () => post(tx, call, order, input)),
  );
  return call.em.findOneOrFail(Review, key);
}

async function findOwnOrder(call: Call, externalId: string): Promise<Order> {
  const [place] = isStorable(externalId) ? await placeOfFact(call.sql, 'order', externalId) : [];
  const buyerId = ownId(call.actor, 'BUYER');
  const order = place && buyerId ? await call.em.findOne(Order, { ...place, buyerId }) : null;
  if (!order) throw new Refusal('NOT_FOUND', 'ORDER_NOT_FOUND', 'You have no such order.', ['order']);
  return order;
}

interface ReviewKey {
  readonly merchantId: string;
  readonly id: string;
}

async function post(tx: Tx, call: Call, order: Order, input: SubmitReview): Promise<ReviewKey> {
  if (!order.deliveredAt)
    throw new Refusal('CONFLICT', 'ORDER_NOT_DELIVERED', 'An order can be reviewed once it is delivered.', ['order']);
  const review = newId(call.now);
  const envelope = asEvent(input, review, call.now);
  const [outcome] = await takeIn(tx, [envelope], intakeOf(call.db, call.now));
  if (outcome?.status === 'REJECTED') throw new Refusal('CONFLICT', outcome.code, outcome.message, ['order']);
  const [place] = await placeOfFact(tx, 'review', review);
  return place!;
}

function asEvent(
  { order, stars, dimensions, text, incentivized }: SubmitReview,
  review: string,
  now: number,
): Envelope {
  const keys = dimensions.map(({ key }) => key);
  if (new Set(keys).size < keys.length)
    throw new Refusal('INVALID', 'DIMENSION_REPEATED', 'Give each dimension at most once.', ['dimensions']);
  if (keys.some((key) => !(DIMENSIONS as readonly string[]).includes(key)))
    throw new Refusal('INVALID', 'DIMENSION_UNKNOWN', `The dimensions are ${DIMENSIONS.join(', ')}.`, ['dimensions']);
  const parsed = parseCloudEvent(
    {
      id: review,
      source: SOURCE,
      type: 'review.posted',
      time: new Date(now),
      data: {
        review,
        order,
        stars,
        dimensions: Object.fromEntries(dimensions.map((each) => [each.key, each.stars])),
        ...(text !== null && { text }),
        channel: 'ORGANIC',
        incentivized,
      },
    },
    now,
  );
  if (!(parsed instanceof Rejection)) return parsed;
  throw new Refusal('INVALID', parsed.code, parsed.message, parsed.field?.replace(/^data\./, '').split('.') ?? null);
}
