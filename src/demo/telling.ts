import type { Buyer } from './buyers.ts';
import type { Deal, Review, Step } from './deal.ts';
import type { Market } from './market.ts';
import type { Merchant } from './merchants.ts';

/** The CloudEvents 1.0 attributes that `ingestEvents` takes. */
export interface CloudEvent {
  readonly id: string; // with `source`, the identity
  readonly source: 'demo';
  readonly type: string;
  readonly time: string; // ISO 8601, UTC
  readonly data: Readonly<Record<string, unknown>>;
}

const numberedAs = (letter: string, list: readonly Deal[]): ReadonlyMap<Deal, string> =>
  new Map(list.map((deal, index) => [deal, `${letter}-${String(index + 1).padStart(6, '0')}`]));

/** Orders and reviews by their numbers, which go by time. */
export interface Numbered {
  readonly orders: ReadonlyMap<Deal, string>;
  readonly reviews: ReadonlyMap<Deal, string>; // those that are posted before the end
}

export function numbered({ deals, calendar }: Market): Numbered {
  const reviewed = deals
    .filter(({ review }) => review !== null && review.at < calendar.until)
    .toSorted((one, other) => (one.review?.at ?? 0) - (other.review?.at ?? 0));
  return { orders: numberedAs('o', deals), reviews: numberedAs('r', reviewed) };
}

interface Moment {
  readonly at: number;
  readonly about: string; // the external id of what it happened to
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}
const iso = (at: number): string => new Date(at).toISOString();

/** The market as its events, in order of time; of two at once, the cause comes first. */
export function toldOf(market: Market, { orders, reviews }: Numbered): CloudEvent[] {
  const moments: Moment[] = [...market.merchants.flatMap(arrival), ...market.crowd.buyers.map(joining)];
  for (const deal of market.deals) {
    const order = orders.get(deal)!;
    moments.push(placing(deal, order), ...deal.steps.map((step) => stepping(step, order)));
    const review = reviews.get(deal);
    if (deal.review && review) moments.push(...reviewing(deal.review, review, order));
  }
  return moments
    .filter(({ at }) => at < market.calendar.until)
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, about, type, data }) => ({ id: `${about}/${type}`, source: 'demo', type, time: iso(at), data }));
}

function arrival({ externalId, name, registeredAt, openedAt, products }: Merchant): Moment[] {
  const registered = { externalId, name, registeredAt: iso(registeredAt) };
  return [
    { at: openedAt, about: externalId, type: 'merchant.registered', data: registered },
    ...products.map((product, index) => ({
      at: openedAt + (index + 1) * 60_000,
      about: product.externalId,
      type: 'product.listed',
      data: {
        externalId: product.externalId,
        merchant: externalId,
        name: product.name,
        category: product.ware.category,
      },
    })),
  ];
}

const joining = ({ externalId, name, joinedAt, registeredAt }: Buyer): Moment => ({
  at: joinedAt,
  about: externalId,
  type: 'buyer.registered',
  data: { externalId, name, registeredAt: iso(registeredAt) },
});

const placing = (deal: Deal, order: string): Moment => ({
  at: deal.placedAt,
  about: order,
  type: 'order.placed',
  data: {
    order,
    merchant: deal.merchant.externalId,
    buyer: deal.buyer.externalId,
    lines: deal.lines.map(({ product, quantity }) => ({
      product: product.externalId,
      quantity,
      unitPrice: product.price,
    })),
    currency: deal.merchant.currency,
    amount: deal.amount,
    shipBy: iso(deal.shipBy),
    deliverBy: iso(deal.deliverBy),
    ip: deal.traces.ip,
    device: deal.traces.device,
    payment: { instrument: deal.traces.instrument },
  },
});

const stepping = ({ at, type, data }: Step, order: string): Moment => ({
  at,
  about: order,
  type,
  data: { order, ...data },
});

function reviewing(review: Review, externalId: string, order: string): Moment[] {
  const { at, stars, dimensions, text, channel, isIncentivized, retractedAt } = review;
  const posted: Moment = {
    at,
    about: externalId,
    type: 'review.posted',
    data: {
      review: externalId,
      order,
      stars,
      ...(dimensions && { dimensions }),
      ...(text !== null && { text }),
      channel,
      ...(isIncentivized && { incentivized: true }),
    },
  };
  if (retractedAt === null) return [posted];
  return [posted, { at: retractedAt, about: externalId, type: 'review.retracted', data: { review: externalId } }];
}
