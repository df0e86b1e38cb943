import { describe, expect, it } from 'vitest';
import { ofType, orders, placed, reviews, text, timeOf, truth } from './told.ts';

/** How a merchant fares in public. */
interface Record {
  orders: number;
  faults: number;
  stars: number[];
}
const records = new Map<string, Record>();
for (const [order, event] of placed) {
  const merchant = text(event, 'merchant');
  const found = records.get(merchant) ?? { orders: 0, faults: 0, stars: [] };
  records.set(merchant, found);
  found.orders++;
  found.faults += orders.get(order)!.filter(({ type, data, time }) => {
    if (type === 'order.shipped') return Date.parse(time) > Date.parse(text(event, 'shipBy'));
    if (type === 'order.delivered') return Date.parse(time) > Date.parse(text(event, 'deliverBy'));
    return data['by'] === 'SELLER' || data['lostBy'] === 'MERCHANT';
  }).length;
}
for (const review of reviews.values()) {
  const merchant = text(placed.get(text(review, 'order'))!, 'merchant');
  records.get(merchant)!.stars.push(review.data['stars'] as number);
}
const recordOf = (merchant: string): Record => records.get(merchant)!;
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const faultsOf = (merchant: string): number => recordOf(merchant).faults / recordOf(merchant).orders;

describe('the merchants of the demo', () => {
  it('play the parts that the documentation gives them', () => {
    const names = new Map(ofType('merchant.registered').map((event) => [event.data['externalId'], event.data['name']]));

    expect(names.get('m-0001')).toBe('Tidewater Books');
    expect(recordOf('m-0001').orders).toBeGreaterThan(2_000);
    expect(faultsOf('m-0001')).toBeLessThan(0.02);
    expect(faultsOf('m-0002')).toBeLessThan(0.1);
    expect(faultsOf('m-0003')).toBeGreaterThan(0.2);
    expect(faultsOf('m-0004')).toBeLessThan(0.02);
    expect(recordOf('m-0007').orders).toBeLessThan(10);
  });

  it('differ in size by a power law: few giants, many small ones', () => {
    const sizes = [...records.values()].map((each) => each.orders).toSorted((one, other) => other - one);
    const of = (count: number) => sizes.slice(0, count).reduce((sum, each) => sum + each, 0);

    expect(of(4) / of(80)).toBeGreaterThan(0.4);
    expect(sizes[40]!).toBeLessThan(100);
    expect(sizes.filter((size) => size < 20).length).toBeGreaterThan(3);
  });

  it('are found again by their stars and faults as good or as bad as they are', () => {
    const busy = [...records].filter(([merchant, { stars }]) => stars.length >= 15 && merchant > 'm-0012');
    const good = busy.filter(([merchant]) => truth.trouble.get(merchant)! < 0.15);
    const bad = busy.filter(([merchant]) => truth.trouble.get(merchant)! > 0.6);

    expect(good.length).toBeGreaterThan(10);
    expect(bad.length).toBeGreaterThan(2);
    const [worstOfGood, bestOfBad] = [good.map(([id]) => faultsOf(id)), bad.map(([id]) => faultsOf(id))];
    expect(mean(worstOfGood)).toBeLessThan(0.2 * mean(bestOfBad));
    const starsOf = (some: typeof busy) => mean(some.map(([, { stars }]) => mean(stars)));
    expect(starsOf(good) - starsOf(bad)).toBeGreaterThan(0.7);
  });

  it('trade in yuan, and some in dollars', () => {
    const dollars = [...placed.values()].filter(({ data }) => data['currency'] === 'USD').length;

    expect(dollars).toBeGreaterThan(placed.size / 100);
    expect(dollars).toBeLessThan(placed.size / 4);
  });
});

describe('the buyers of the demo', () => {
  const accountsBehind = (key: (data: Readonly<{ [name: string]: unknown }>) => unknown): number[] => {
    const behind = new Map<unknown, Set<unknown>>();
    for (const { data } of placed.values()) {
      const found = behind.get(key(data)) ?? new Set();
      behind.set(key(data), found.add(data['buyer']));
    }
    return [...behind.values()].map(({ size }) => size);
  };

  it('mostly have a phone of their own; some households share one', () => {
    const sharing = accountsBehind(({ device }) => device);

    expect(sharing.filter((size) => size === 1).length / sharing.length).toBeGreaterThan(0.9);
    expect(sharing.filter((size) => size >= 2 && size <= 4).length).toBeGreaterThan(20);
  });

  it('write before they forget: most reviews come within ten days of the delivery', () => {
    const delays = [...reviews.values()].map((review) => {
      const delivered = orders.get(text(review, 'order'))!.find(({ type }) => type === 'order.delivered');
      return delivered ? timeOf(review) - timeOf(delivered) : 0;
    });

    expect(delays.filter((delay) => delay < 10 * 86_400_000).length / delays.length).toBeGreaterThan(0.8);
  });
});
