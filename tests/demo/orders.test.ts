import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../src/demo/telling.ts';
import { Rejection } from '../../src/intake/checks.ts';
import { parseCloudEvent } from '../../src/intake/cloud-events.ts';
import { campaign, events, ofType, options, orders, placed, reviews, text, timeOf } from './told.ts';

const WAY = ['order.placed', 'order.paid', 'order.shipped', 'order.delivered', 'order.completed'];
const idsOf = (type: string): Set<string> => new Set(ofType(type).map((event) => text(event, 'externalId')));
const lasting = (of: readonly CloudEvent[], type: string): CloudEvent | undefined =>
  of.find((each) => each.type === type);

describe('the orders of the demo', () => {
  it('are such as the intake takes', () => {
    const refused = events
      .filter((_, index) => index % 4 === 0)
      .map((event) => parseCloudEvent(event, options.until))
      .filter((read) => read instanceof Rejection);

    expect(refused).toEqual([]);
  });

  it('go their way one step after another', () => {
    const astray = [...orders.values()].filter((story) => {
      const steps = WAY.map((type) => lasting(story, type)).filter((step) => step !== undefined);
      return steps.some((step, index) => index > 0 && timeOf(step) <= timeOf(steps[index - 1]!));
    });

    expect(astray).toEqual([]);
  });

  it('are placed first, and skip nothing: what is shipped was paid, what is delivered was shipped', () => {
    const skipping = [...orders.values()].filter((story) => {
      const has = WAY.map((type) => lasting(story, type) !== undefined);
      return (
        !has[0] || story[0]!.type !== 'order.placed' || has.some((is, index) => is && index > 0 && !has[index - 1])
      );
    });

    expect(skipping).toEqual([]);
  });

  it('are neither shipped nor completed when cancelled, nor completed when paid back whole', () => {
    const wrong = [...orders.values()].filter((story) => {
      const isCancelled = lasting(story, 'order.cancelled') !== undefined;
      const refund = lasting(story, 'order.refunded');
      const isPaidBack = refund?.data['amount'] === story[0]!.data['amount'];
      return (
        (isCancelled && lasting(story, 'order.shipped') !== undefined) ||
        ((isCancelled || isPaidBack) && lasting(story, 'order.completed') !== undefined)
      );
    });

    expect(wrong).toEqual([]);
  });

  it('cost what their lines add up to, and are never paid back more', () => {
    const wrong = [...placed].filter(([order, { data }]) => {
      const lines = data['lines'] as { quantity: number; unitPrice: number }[];
      const refunded = Number(lasting(orders.get(order)!, 'order.refunded')?.data['amount'] ?? 0);
      const sum = lines.reduce((total, { quantity, unitPrice }) => total + quantity * unitPrice, 0);
      return sum !== data['amount'] || sum <= 0 || refunded > sum;
    });

    expect(wrong).toEqual([]);
  });

  it('are between a merchant, a buyer and goods that were there before', () => {
    const known = new Map<string, number>();
    const shopOf = new Map<string, string>();
    for (const event of events) {
      if (event.data['externalId'] !== undefined) known.set(text(event, 'externalId'), timeOf(event));
      if (event.type === 'product.listed') shopOf.set(text(event, 'externalId'), text(event, 'merchant'));
    }
    const strange = [...placed.values()].filter(({ data, time }) => {
      const lines = data['lines'] as { product: string }[];
      const parties = [data['merchant'], data['buyer'], ...lines.map(({ product }) => product)] as string[];
      const isForeign = lines.some(({ product }) => shopOf.get(product) !== data['merchant']);
      return isForeign || parties.some((party) => !(known.get(party)! < Date.parse(time)));
    });

    expect(strange).toEqual([]);
    const merchants = idsOf('merchant.registered');
    expect([...idsOf('buyer.registered')].filter((id) => merchants.has(id))).toEqual([]);
  });

  it('have one review at most, after the delivery unless it is slander', () => {
    const reviewed = [...reviews.values()].map((event) => text(event, 'order'));
    expect(new Set(reviewed).size).toBe(reviewed.length);

    const early = [...reviews].filter(([, review]) => {
      const delivered = lasting(orders.get(text(review, 'order'))!, 'order.delivered');
      return !delivered || timeOf(delivered) > timeOf(review);
    });
    expect(early.length).toBe(5);
    expect(campaign('SLANDER').reviews).toEqual(expect.arrayContaining(early.map(([review]) => review)));
  });

  it('are retracted after they were posted, where reviews are', () => {
    const orphans = ofType('review.retracted').filter(
      (event) => !(timeOf(reviews.get(text(event, 'review'))!) < timeOf(event)),
    );

    expect(orphans).toEqual([]);
  });

  it('show the seasons: the November sales, the Spring Festival, the weekends', () => {
    const daily = new Map<string, number>();
    for (const { time } of placed.values()) daily.set(time.slice(0, 10), (daily.get(time.slice(0, 10)) ?? 0) + 1);
    const mean = (days: readonly [string, number][]) => days.reduce((sum, [, count]) => sum + count, 0) / days.length;
    const between = (first: string, last: string) => mean([...daily].filter(([day]) => day >= first && day <= last));
    const isWeekend = ([day]: readonly [string, number]) => [0, 6].includes(new Date(day).getUTCDay());
    const ordinary = [...daily].filter(([day]) => /-(03|04|05|09)-/.test(day));

    expect(daily.get('2025-11-11')!).toBeGreaterThan(2.5 * between('2025-09-01', '2025-10-31'));
    expect(between('2025-11-01', '2025-11-10')).toBeGreaterThan(1.25 * between('2025-09-01', '2025-10-31'));
    expect(between('2026-02-12', '2026-02-25')).toBeLessThan(0.6 * between('2026-03-05', '2026-04-05'));
    expect(mean(ordinary.filter(isWeekend))).toBeGreaterThan(1.15 * mean(ordinary.filter((day) => !isWeekend(day))));
  });
});
