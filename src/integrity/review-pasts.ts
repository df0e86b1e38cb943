import type { Reader } from '../db/tx.ts';
import type { EvidenceFact } from '../detection/evidence.ts';
import type { TextMark } from '../detection/near-duplicates.ts';
import { NO_TRACE, type OrderContext, type ReviewContext, type SharedTrace } from '../detection/review-context.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { ReviewFact } from '../reviews/review-fact.ts';
import { valenceOf } from '../reviews/review-fact.ts';
import {
  authorsOf,
  marketHabit,
  weeksOf,
  type AuthorRow,
  type FactKey,
  type Habit,
  type NewTrace,
} from './marks.queries.ts';
import { learnTies, tiesOf } from './own-ties.ts';
import { likened } from './review-likeness.ts';
import { crowdsOf } from './review-traces.ts';
import type { KnownOrder } from './known-order.ts';

const DAY = 86_400_000;
const NEW = 14 * DAY;

/** What is known of a review as of its own instant, beside the books. */
export interface Past {
  readonly seen: Pick<
    ReviewContext,
    'occurredAt' | 'valence' | 'isOwnShop' | 'isMutual' | 'provenFakes' | 'likeness' | 'facts'
  >;
  readonly order: Required<OrderContext> | null;
  readonly inReturnFor: FactKey | null; // the merchant's review of the reviewer's own shop
  readonly later: OrderState | null; // its order as it is known now
  readonly reviewer: Pick<ReviewContext['reviewer'], 'knownSince' | 'reviewsToday'>;
  readonly newcomers: number; // at its merchant in the week up to it, itself among them
  readonly quarter: number; // reviews of its merchant in the 90 days before its own day
  readonly isNewcomer: boolean;
  readonly text: TextMark | null;
  /** `merchantShare`: of the marketplace's reviews, those of its merchant. */
  readonly traces: (merchantShare: number) => ReviewContext['traces'];
  readonly newTraces: readonly NewTrace[];
}

/** By review id. Of reviews in one batch each knows of those before it. */
export async function learnPasts(
  on: Reader,
  reviews: readonly ReviewFact[],
  orders: ReadonlyMap<string, KnownOrder>,
): Promise<{ pasts: Map<string, Past>; habit: Habit | null }> {
  const inTime = reviews.toSorted((a, b) => a.occurredAt - b.occurredAt || (a.externalId! < b.externalId! ? -1 : 1));
  const { habit, authors, weeks, texts, crowds, ties } = await lookUp(on, inTime, orders);
  const fellows = new Fellows(orders, authors);
  const pasts = new Map<string, Past>();
  for (const [place, review] of inTime.entries()) {
    const { occurredAt } = review;
    const knownSince = fellows.knownSince(review);
    const isNewcomer = occurredAt - knownSince < NEW;
    const own = crowds[place]!;
    const { ownShop, inReturnFor } = ties[place]!;
    const proven = authors.get(review.authorId)?.proven ?? [];
    const order = orders.get(review.orderId ?? '')?.state;
    pasts.set(review.id, {
      seen: {
        occurredAt,
        valence: valenceOf(review),
        isOwnShop: ownShop !== null,
        isMutual: inReturnFor !== null,
        provenFakes: proven.length,
        likeness: texts[place]!.likeness,
        facts: factsFor({ order, ownShop, inReturnFor, proven, nearest: texts[place]!.nearest }),
      },
      order: orderAsOf(order, occurredAt),
      inReturnFor,
      later: order ?? null,
      reviewer: { knownSince, reviewsToday: fellows.reviewsToday(review) },
      newcomers: (weeks.get(place)?.newcomers ?? 0) + fellows.newcomersBefore(review) + (isNewcomer ? 1 : 0),
      quarter: weeks.get(place)?.quarter ?? 0,
      isNewcomer,
      text: texts[place]!.mark,
      traces: (merchantShare) => sharedTraces(own, merchantShare),
      newTraces: own.newTraces,
    });
    fellows.add(review, isNewcomer);
  }
  return { pasts, habit };
}

/** All that the tables tell about these reviews, by author or by place; asked for at once, as far as one does not need the other. */
async function lookUp(on: Reader, inTime: readonly ReviewFact[], orders: ReadonlyMap<string, KnownOrder>) {
  const [authorIds, ids] = [inTime.map(({ authorId }) => authorId), inTime.map(({ id }) => id)];
  const asked = inTime.map(({ merchantId, id, occurredAt }) => ({ merchantId, id, at: new Date(occurredAt) }));
  const [habit, authors, weeks, texts, crowds, known] = await Promise.all([
    marketHabit(on),
    authorsOf(on, authorIds, ids),
    weeksOf(on, asked),
    likened(on, inTime),
    crowdsOf(on, inTime, orders),
    learnTies(on, inTime),
  ]);
  const traced = inTime.map((review, place) => ({
    review,
    traces: crowds[place]!.newTraces,
    atAddress: crowds[place]!.ip?.holders ?? 0,
  }));
  return {
    habit: habit ?? null,
    authors: new Map(authors.map((author) => [author.id, author])),
    weeks: new Map(weeks.map((week) => [week.place - 1, week])),
    texts,
    crowds,
    ties: await tiesOf(on, traced, known, orders),
  };
}

const MOST_FACTS = 10; // that one ground shows

/** What each ground rests on. */
function factsFor(found: {
  readonly order: OrderState | undefined;
  readonly ownShop: readonly EvidenceFact[] | null;
  readonly inReturnFor: FactKey | null;
  readonly proven: readonly string[]; // as merchant/review
  readonly nearest: FactKey | null;
}): NonNullable<ReviewContext['facts']> {
  const reviewFact = ({ merchantId, id }: FactKey): EvidenceFact => ({ type: 'Review', ids: [merchantId, id] });
  const { order, ownShop, inReturnFor, proven, nearest } = found;
  return {
    ...(ownShop && ownShop.length > 0 && { OWN_SHOP: ownShop }),
    ...(inReturnFor && { MUTUAL_RATING: [reviewFact(inReturnFor)] }),
    ...(nearest && { NEAR_DUPLICATE: [reviewFact(nearest)] }),
    ...(order && { PAID_BACK_OUTSIDE: [{ type: 'Order', ids: [order.merchantId, order.id] }] }),
    PROVEN_FAKES: proven.slice(-MOST_FACTS).map((ids) => ({ type: 'Review', ids: ids.split('/') })),
  };
}

/** The order as it stood when the review was written. Who tells of no payments at all tells of one by the delivery. */
function orderAsOf(order: OrderState | undefined, at: number): Past['order'] {
  if (!order) return null;
  const by = (instant: number | null) => (instant !== null && instant <= at ? instant : null);
  const refunds = order.refunds.filter((refund) => refund.at <= at);
  const isWhole = refunds.length > 0 && refunds.reduce((sum, { amount }) => sum + amount, 0) >= order.amount;
  const deliveredAt = by(order.deliveredAt) ?? by(order.completedAt);
  return {
    paidAt: by(order.paidAt) ?? deliveredAt,
    deliveredAt,
    refundedAt: isWhole ? Math.max(...refunds.map((refund) => refund.at)) : null,
    paidBackAt: by(order.paidBackAt),
  };
}

const sharedTraces = (
  own: { device: Crowd; payment: Crowd; ip: Crowd },
  merchantShare: number,
): ReviewContext['traces'] => ({
  device: shared(own.device, merchantShare),
  payment: shared(own.payment, merchantShare),
  address: shared(own.ip, merchantShare),
});
type Crowd = Omit<SharedTrace, 'merchantShare'> | null;
const shared = (crowd: Crowd, merchantShare: number): SharedTrace => (crowd ? { ...crowd, merchantShare } : NO_TRACE);

/** Reviews of the same batch, in order of time, and what is known of authors. */
class Fellows {
  readonly #firstOrders = new Map<string, number>(); // by buyer
  readonly #authors: ReadonlyMap<string, AuthorRow>;
  readonly #written = new Map<string, number[]>(); // by author: when
  readonly #newcomers = new Map<string, number[]>(); // by merchant: when one wrote

  constructor(orders: ReadonlyMap<string, KnownOrder>, authors: ReadonlyMap<string, AuthorRow>) {
    this.#authors = authors;
    for (const { state } of orders.values())
      this.#firstOrders.set(state.buyerId, Math.min(state.placedAt, this.#firstOrders.get(state.buyerId) ?? Infinity));
  }

  knownSince({ authorId, occurredAt }: ReviewFact): number {
    const { registeredAt, firstOrderAt } = this.#authors.get(authorId) ?? {};
    if (registeredAt) return registeredAt.getTime();
    return Math.min(firstOrderAt?.getTime() ?? occurredAt, this.#firstOrders.get(authorId) ?? occurredAt);
  }

  reviewsToday({ authorId, occurredAt }: ReviewFact): number {
    const isToday = (at: number) => at > occurredAt - DAY && at <= occurredAt;
    const before = (this.#authors.get(authorId)?.lately ?? []).filter((at) => isToday(at.getTime())).length;
    const beside = (this.#written.get(authorId) ?? []).filter(isToday).length;
    return before + beside + 1;
  }

  newcomersBefore({ merchantId, occurredAt }: ReviewFact): number {
    return (this.#newcomers.get(merchantId) ?? []).filter((at) => at > occurredAt - 7 * DAY).length;
  }

  add({ authorId, merchantId, occurredAt }: ReviewFact, isNewcomer: boolean): void {
    addTo(this.#written, authorId, occurredAt);
    if (isNewcomer) addTo(this.#newcomers, merchantId, occurredAt);
  }
}

function addTo(times: Map<string, number[]>, id: string, at: number): void {
  const known = times.get(id);
  if (known) known.push(at);
  else times.set(id, [at]);
}
