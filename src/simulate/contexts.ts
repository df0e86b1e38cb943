import { textIndex, markOf } from '../detection/near-duplicates.ts';
import { likenessOf } from '../detection/minhash.ts';
import type { ReviewContext, SharedTrace } from '../detection/review-context.ts';
import {
  applyToConsensus,
  applyToMean,
  applyToReviewer,
  assess,
  NEW_REVIEWER,
  NO_CONSENSUS,
  NO_REVIEWS,
  reliabilityOf,
  valenceOfStars,
} from '../scoring/reliability.ts';
import type { Deal, Market } from './market.ts';

const DAY = 86_400_000;
const QUARTER = 90 * DAY;

/** The context of each of a market's reviews as it came in, in order of time: from what was known by then and nothing else. */
export function contextsOf(market: Market): { deal: Deal; context: ReviewContext }[] {
  const past = new Past(market);
  return market.deals
    .filter(({ review }) => review !== null)
    .toSorted((one, other) => one.review!.at - other.review!.at)
    .map((deal) => ({ deal, context: past.take(deal) }));
}

/** What happened until now, by party; it is told of reviews in order of time. */
class Past {
  readonly #market: Market;
  readonly #deliveries: readonly Deal[];
  #delivered = 0;
  readonly #deliveriesOf = new Lists();
  readonly #reviewsOf = new Lists(); // by merchant
  readonly #reviewsBy = new Lists(); // by buyer
  readonly #newcomersAt = new Lists();
  readonly #all = new Lists();
  readonly #holders = new Map<string, Set<string>>(); // buyers by trace
  readonly #crowds = new Map<string, { at: number; buyer: string }[]>(); // reviews by merchant and trace
  readonly #texts = textIndex();
  readonly #authors: string[] = [];
  readonly #people = new Map<string, typeof NEW_REVIEWER>();
  readonly #opinions = new Map<string, typeof NO_CONSENSUS>();
  #mean = NO_REVIEWS;

  constructor(market: Market) {
    this.#market = market;
    this.#deliveries = market.deals
      .filter(({ deliveredAt }) => deliveredAt !== null)
      .toSorted((one, other) => one.deliveredAt! - other.deliveredAt!);
    for (const deal of market.deals) {
      for (const trace of tracesOf(deal)) valueOf(this.#holders, trace, () => new Set<string>()).add(deal.buyer);
    }
  }

  take(deal: Deal): ReviewContext {
    const { at, stars, text } = deal.review!;
    this.#deliverUntil(at);
    const context = this.#contextOf(deal, at, valenceOfStars(stars), this.#likeness(deal.buyer, text));
    this.#remember(deal, at, valenceOfStars(stars));
    return context;
  }

  #deliverUntil(at: number): void {
    for (; this.#delivered < this.#deliveries.length; this.#delivered++) {
      const deal = this.#deliveries[this.#delivered]!;
      if (deal.deliveredAt! > at) return;
      this.#deliveriesOf.add(deal.merchant, deal.deliveredAt!);
      this.#all.add('deliveries', deal.deliveredAt!);
    }
  }

  #contextOf(deal: Deal, at: number, valence: number, likeness: number): ReviewContext {
    const { merchant, buyer } = deal;
    const knownSince = this.#market.registered.get(buyer) ?? at;
    const isNew = at - knownSince < 14 * DAY;
    const opinion = this.#opinions.get(merchant) ?? NO_CONSENSUS;
    const [device, payment, address] = tracesOf(deal).map((trace) => this.#shared(deal, trace, at));
    const reviews = this.#all.since('reviews', at - QUARTER);
    return {
      occurredAt: at,
      valence,
      order: { paidAt: deal.paidAt, deliveredAt: deal.deliveredAt, refundedAt: fullRefundOf(deal, at) },
      traces: { device: device!, payment: payment!, address: address! },
      isOwnShop: false,
      isMutual: false,
      subject: {
        consensusSum: opinion.sum,
        consensusWeight: opinion.weight,
        meanSum: this.#mean.sum,
        meanCount: this.#mean.count,
        reviews: this.#reviewsOf.since(merchant, at - 7 * DAY) + 1,
        newcomers: this.#newcomersAt.since(merchant, at - 7 * DAY) + (isNew ? 1 : 0),
        deliveries: this.#deliveriesOf.since(merchant, at - 7 * DAY),
        reviewsPerDelivery: (reviews + 1) / (this.#all.since('deliveries', at - QUARTER) + 2),
        newcomerShare: (this.#all.since('newcomers', at - QUARTER) + 1) / (reviews + 2),
      },
      reviewer: {
        knownSince,
        reliability: reliabilityOf(this.#people.get(buyer) ?? NEW_REVIEWER),
        reviewsToday: this.#reviewsBy.since(buyer, at - DAY) + 1,
      },
      likeness,
    };
  }

  #shared({ merchant, buyer }: Deal, trace: string, at: number): SharedTrace {
    const crowd = this.#crowds.get(`${merchant} ${trace}`) ?? [];
    const siblings = new Set(crowd.filter((each) => each.at > at - QUARTER).map((each) => each.buyer));
    siblings.delete(buyer);
    const all = Math.max(1, this.#all.since('reviews', at - QUARTER));
    return {
      siblings: siblings.size,
      holders: this.#holders.get(trace)?.size ?? 1,
      merchantShare: this.#reviewsOf.since(merchant, at - QUARTER) / all,
    };
  }

  #likeness(author: string, text: string | null): number {
    const mark = text === null ? null : markOf(text);
    if (!mark) return 0;
    let likeness = 0;
    for (const { id, signature } of this.#texts.near(mark)) {
      if (this.#authors[id] !== author) likeness = Math.max(likeness, likenessOf(mark.signature, signature));
    }
    this.#texts.add(this.#authors.push(author) - 1, mark);
    return likeness;
  }

  #remember(deal: Deal, at: number, valence: number): void {
    const { merchant, buyer } = deal;
    const isNew = at - (this.#market.registered.get(buyer) ?? at) < 14 * DAY;
    this.#reviewsOf.add(merchant, at);
    this.#reviewsBy.add(buyer, at);
    this.#all.add('reviews', at);
    if (isNew) {
      this.#newcomersAt.add(merchant, at);
      this.#all.add('newcomers', at);
    }
    for (const trace of tracesOf(deal)) valueOf(this.#crowds, `${merchant} ${trace}`, () => []).push({ at, buyer });
    const person = this.#people.get(buyer) ?? NEW_REVIEWER;
    const opinion = this.#opinions.get(merchant) ?? NO_CONSENSUS;
    const gained = assess(valence, person, opinion, this.#mean, at);
    this.#people.set(buyer, applyToReviewer(person, gained));
    this.#opinions.set(merchant, applyToConsensus(opinion, gained));
    this.#mean = applyToMean(this.#mean, gained);
  }
}

const tracesOf = ({ device, payment, address }: Deal): string[] => [device, payment, address];

const fullRefundOf = ({ refundedAt, refunded, amount }: Deal, at: number): number | null =>
  refundedAt !== null && refundedAt <= at && refunded >= amount ? refundedAt : null;

function valueOf<Value>(map: Map<string, Value>, key: string, fresh: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = fresh()));
  return value;
}

/** Instants by key, added in order; how many are not before one is found by halving. */
class Lists {
  readonly #lists = new Map<string, number[]>();

  add(key: string, at: number): void {
    valueOf(this.#lists, key, () => []).push(at);
  }

  since(key: string, from: number): number {
    const list = this.#lists.get(key) ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return list.length - low;
  }
}
