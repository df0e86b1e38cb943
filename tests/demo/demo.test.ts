import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { demoEvents, demoTruth } from '../../src/demo/demo.ts';
import type { DemoOptions } from '../../src/demo/demo.ts';

const DAY = 86_400_000;
const hashOf = (told: unknown): string => createHash('sha256').update(JSON.stringify(told)).digest('hex');

const full = { seed: 7, until: Date.UTC(2026, 8, 1) };
const small = { ...full, scale: 0.05 };
const from = full.until - 730 * DAY;

/** The whole of it, and what it took in processor time: that of the clock is others' too. */
const before = process.cpuUsage();
const events = demoEvents(full);
const { user: microseconds } = process.cpuUsage(before);
const ofType = (type: string) => events.filter((event) => event.type === type);

describe('the demo', () => {
  it('is the same to the byte for the same options', () => {
    const fair = { ...full, scale: 0.15 };

    expect(hashOf(demoEvents(fair))).toBe(hashOf(demoEvents(fair)));
    expect(hashOf(demoTruth(small).campaigns)).toBe(hashOf(demoTruth(small).campaigns));
  });

  it.each([{ seed: 8 }, { until: full.until + DAY }, { scale: 0.06 }])('is another for %o', (other) => {
    expect(hashOf(demoEvents({ ...small, ...other }))).not.toBe(hashOf(demoEvents(small)));
  });

  it('is made in far less time than it takes to store', () => {
    expect(microseconds / 1_000).toBeLessThan(2_500); // ms; about 900
  });

  it('is as large as it says', () => {
    expect(ofType('merchant.registered')).toHaveLength(200);
    expect(ofType('buyer.registered')).toHaveLength(5_000);
    expect(ofType('product.listed').length).toBeGreaterThan(600);
    expect(ofType('order.placed').length).toBeGreaterThan(39_000);
    expect(ofType('order.placed').length).toBeLessThan(42_000);
    const reviewed = ofType('review.posted').length / ofType('order.delivered').length;
    expect(reviewed).toBeGreaterThan(0.5);
    expect(reviewed).toBeLessThan(0.6);
  });

  it.each([
    'order.paid',
    'order.shipped',
    'order.completed',
    'order.cancelled',
    'order.refunded',
    'payment.failed',
    'payment.chargeback',
    'dispute.closed',
    'review.retracted',
  ])('tells of %s more than once', (type) => {
    expect(ofType(type).length).toBeGreaterThan(10);
  });

  it('goes by time, ends before its end, and begins two years earlier', () => {
    const times = events.map(({ time }) => Date.parse(time));

    expect(times.every((time, index) => index === 0 || time >= times[index - 1]!)).toBe(true);
    expect(times[0]).toBeGreaterThanOrEqual(from);
    expect(times[0]).toBeLessThan(from + DAY);
    expect(times.at(-1)).toBeLessThan(full.until);
    expect(times.at(-1)).toBeGreaterThan(full.until - DAY / 12);
  });

  it('gives every event an id of its own', () => {
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it('grows and shrinks with its scale', () => {
    const count = (scale: number) =>
      demoEvents({ ...full, scale }).filter(({ type }) => type === 'order.placed').length;

    expect(count(0.1)).toBeGreaterThan(3_500);
    expect(count(0.1)).toBeLessThan(5_000);
    expect(count(0.02)).toBeGreaterThan(700);
    expect(count(0.02)).toBeLessThan(1_500);
  });

  it.each<[string, Partial<DemoOptions>]>([
    ['DEMO_SEED_INVALID', { seed: 1.5 }],
    ['DEMO_UNTIL_INVALID', { until: full.until + 1 }],
    ['DEMO_UNTIL_INVALID', { until: Number.NaN }],
    ['DEMO_UNTIL_INVALID', { until: 0 }],
    ['DEMO_SCALE_INVALID', { scale: 0 }],
    ['DEMO_SCALE_INVALID', { scale: Number.POSITIVE_INFINITY }],
  ])('refuses with %s what it cannot tell: %o', (code, wrong) => {
    expect(() => demoEvents({ ...full, ...wrong })).toThrow(expect.objectContaining({ kind: 'INVALID', code }));
  });
});
