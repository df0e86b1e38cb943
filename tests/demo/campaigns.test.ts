import { describe, expect, it } from 'vitest';
import { campaign, DAY, ofType, options, orders, placed, reviews, text, timeOf, truth } from './told.ts';

const textsOf = (ids: Iterable<string>): string[] =>
  [...ids].flatMap((id) => {
    const said = reviews.get(id)!.data['text'];
    return typeof said === 'string' ? [said] : [];
  });

/** Character 4-grams: good for Chinese and English alike. */
function shinglesOf(said: string): Set<string> {
  const letters = said.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return new Set(
    Array.from({ length: Math.max(1, letters.length - 3) }, (_, start) => letters.slice(start, start + 4)),
  );
}
function likeness(one: Set<string>, other: Set<string>): number {
  if (one.size < 0.8 * other.size || other.size < 0.8 * one.size) return 0; // then they cannot be near
  const shared = [...one].filter((shingle) => other.has(shingle)).length;
  return shared / (one.size + other.size - shared);
}

/** The share of texts that have a near-duplicate among the rest. */
function duplicated(texts: readonly string[]): number {
  const sets = texts.map(shinglesOf);
  return sets.filter((one) => sets.some((other) => other !== one && likeness(one, other) >= 0.8)).length / sets.length;
}

const faked = new Set(truth.campaigns.flatMap((each) => each.reviews));
const reviewsBy = (review: string) => ({ at: timeOf(reviews.get(review)!), stars: reviews.get(review)!.data['stars'] });
const buyerOf = (order: string): string => text(placed.get(order)!, 'buyer');
const span = (times: readonly number[]): number => Math.max(...times) - Math.min(...times);

describe('the truth of the demo', () => {
  it('names every campaign, and accounts, orders and reviews that exist', () => {
    expect(truth.campaigns.map(({ name }) => name)).toEqual(['RING', 'SLANDER', 'BRUSHING', 'WHITEWASH', 'ON_OFF']);
    const buyers = new Set(ofType('buyer.registered').map((event) => text(event, 'externalId')));
    for (const { orders: staged, reviews: fakes, buyers: hired } of truth.campaigns) {
      expect(hired.every((buyer) => buyers.has(buyer))).toBe(true);
      expect(staged.every((order) => hired.includes(buyerOf(order)))).toBe(true);
      expect(fakes.every((review) => staged.includes(text(reviews.get(review)!, 'order')))).toBe(true);
    }
  });

  it('knows how good each merchant is', () => {
    expect(truth.trouble.size).toBe(80);
    expect([...truth.trouble.values()].every((trouble) => trouble >= 0 && trouble <= 1)).toBe(true);
  });
});

describe('the honest reviews of the demo', () => {
  it('are seldom alike', () => {
    const honest = textsOf([...reviews.keys()].filter((id, index) => index % 10 === 0 && !faked.has(id)));

    expect(honest.length).toBeGreaterThan(400);
    expect(duplicated(honest)).toBeLessThan(0.03);
  });

  it('are in English and in Chinese, for seven in ten', () => {
    const all = textsOf(reviews.keys());
    const chinese = all.filter((said) => /\p{Script=Han}/u.test(said));

    expect(all.length / reviews.size).toBeGreaterThan(0.65);
    expect(all.length / reviews.size).toBeLessThan(0.75);
    expect(chinese.length / all.length).toBeGreaterThan(0.5);
    expect(chinese.length / all.length).toBeLessThan(0.8);
  });

  it('leave no slot of their grammar unfilled', () => {
    expect(textsOf(reviews.keys()).filter((said) => /[{}|]|undefined|null/.test(said))).toEqual([]);
  });
});

describe('the ring', () => {
  const ring = campaign('RING');

  it('is 25 accounts that give six shops five stars, on cheap orders', () => {
    expect(ring.buyers).toHaveLength(25);
    expect(ring.merchants).toHaveLength(6);
    expect(ring.reviews.length).toBeGreaterThan(100);
    expect(new Set(ring.reviews.map((review) => reviewsBy(review).stars))).toEqual(new Set([5]));
  });

  it('comes over each shop within four days, in nearly the same words', () => {
    for (const shop of ring.merchants) {
      const wave = ring.reviews.filter((review) => {
        const order = text(reviews.get(review)!, 'order');
        return text(placed.get(order)!, 'merchant') === shop;
      });
      expect(wave.length).toBeGreaterThan(12);
      expect(span(wave.map((review) => reviewsBy(review).at))).toBeLessThan(4 * DAY);
      expect(duplicated(textsOf(wave))).toBe(1);
    }
  });

  it('hides behind some honest orders', () => {
    const staged = new Set(ring.orders);
    const honest = [...placed.keys()].filter((order) => ring.buyers.includes(buyerOf(order)) && !staged.has(order));

    expect(honest.length).toBeGreaterThan(5);
  });
});

describe('the slander', () => {
  const slander = campaign('SLANDER');

  it('is 15 new accounts that give m-0004 one star within a week, each in its own words', () => {
    expect(slander.merchants).toEqual(['m-0004']);
    expect(new Set(slander.orders.map(buyerOf)).size).toBe(15);
    expect(slander.reviews).toHaveLength(15);
    const posted = slander.reviews.map(reviewsBy);
    expect(posted.every(({ stars }) => stars === 1)).toBe(true);
    expect(span(posted.map(({ at }) => at))).toBeLessThan(7 * DAY);
    expect(duplicated(textsOf(slander.reviews))).toBe(0);
  });

  it('makes up the most of what is ever said against it', () => {
    const against = [...reviews].filter(([, { data }]) => {
      const order = placed.get(String(data['order']))!;
      return data['stars'] === 1 && order.data['merchant'] === 'm-0004';
    });

    expect(against.filter(([review]) => slander.reviews.includes(review)).length / against.length).toBeGreaterThan(0.5);
  });
});

describe('the brushing', () => {
  const brushing = campaign('BRUSHING');
  const story = brushing.orders.map((order) => orders.get(order)!);

  it('is very many alike cheap orders of m-0005 with itself', () => {
    expect(brushing.merchants).toEqual(['m-0005']);
    expect(brushing.orders.length).toBeGreaterThan(150);
    expect(new Set(brushing.orders.map((order) => placed.get(order)!.data['amount'])).size).toBe(1);
  });

  it('comes from a few phones and addresses', () => {
    const devices = brushing.orders.map((order) => placed.get(order)!.data['device']);
    const addresses = brushing.orders.map((order) => placed.get(order)!.data['ip']);

    expect(new Set(devices).size).toBeLessThanOrEqual(4);
    expect(new Set(addresses).size).toBeLessThanOrEqual(4);
  });

  it('is delivered within hours, without a carrier, and never paid back where it shows', () => {
    for (const events of story) {
      const shipped = events.find(({ type }) => type === 'order.shipped');
      const delivered = events.find(({ type }) => type === 'order.delivered');
      expect(shipped?.data).toEqual({ order: events[0]!.data['order'] });
      expect(timeOf(delivered!) - timeOf(events[0]!)).toBeLessThan(DAY / 2);
      expect(events.some(({ type }) => type === 'order.refunded')).toBe(false);
    }
  });
});

describe('the whitewasher', () => {
  const { merchants, orders: own } = campaign('WHITEWASH');
  const [before, after] = merchants.map((shop) => [...placed.values()].filter(({ data }) => data['merchant'] === shop));

  it('closes m-0008 and opens m-0006', () => {
    expect(merchants).toEqual(['m-0008', 'm-0006']);
    expect(Math.max(...before!.map(timeOf))).toBeLessThan(Math.min(...after!.map(timeOf)));
    expect(Math.max(...after!.map(timeOf))).toBeGreaterThan(options.until - 10 * DAY);
  });

  it('uses one phone and one card in both', () => {
    const tracesAt = (shop: string | undefined) =>
      own
        .map((order) => placed.get(order)!.data)
        .filter(({ merchant }) => merchant === shop)
        .map(({ device, payment }) => JSON.stringify([device, payment]));

    expect(new Set(tracesAt(merchants[0])).size).toBe(1);
    expect(new Set(tracesAt(merchants[1]))).toEqual(new Set(tracesAt(merchants[0])));
  });
});

describe('the oscillator', () => {
  it('is good for 75 days and then bad for 45', () => {
    const [shop] = campaign('ON_OFF').merchants;
    const openedAt = timeOf(ofType('merchant.registered').find((event) => event.data['externalId'] === shop)!);
    const phases = { good: [] as number[], bad: [] as number[] };
    for (const review of reviews.values()) {
      const order = placed.get(text(review, 'order'))!;
      if (order.data['merchant'] !== shop) continue;
      const phase = ((timeOf(order) - openedAt) / DAY) % 120 < 75 ? 'good' : 'bad';
      phases[phase].push(review.data['stars'] as number);
    }
    const mean = (stars: readonly number[]) => stars.reduce((sum, each) => sum + each, 0) / stars.length;

    expect(mean(phases.good)).toBeGreaterThan(4.5);
    expect(mean(phases.bad)).toBeLessThan(4);
  });
});
