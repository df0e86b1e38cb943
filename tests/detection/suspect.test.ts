import { describe, expect, it } from 'vitest';
import { outcomeOf, probabilityOf } from '../../src/detection/evidence.ts';
import type { ReviewContext } from '../../src/detection/review-context.ts';
import { suspect } from '../../src/detection/suspect.ts';
import { aContext, DAY, NOW } from './kit.ts';

const against = (fields: Partial<ReviewContext>): string[] =>
  suspect(aContext(fields))
    .filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0.2)
    .map(({ code }) => code);
const { subject, reviewer, traces } = aContext();
const crowded = { siblings: 6, holders: 8, merchantShare: 0.01 };

describe('suspect', () => {
  it('has nothing against an ordinary review', () => {
    expect(against({})).toEqual([]);
    expect(probabilityOf(suspect(aContext()))).toBeLessThan(0.05);
  });

  it.each<[string, Partial<ReviewContext>]>([
    ['NO_PURCHASE', { order: null }],
    ['NO_PURCHASE', { order: { paidAt: null, deliveredAt: null, refundedAt: null } }],
    ['REFUNDED_AT_ONCE', { order: { paidAt: NOW - 5 * DAY, deliveredAt: NOW - 4.5 * DAY, refundedAt: NOW - 4 * DAY } }],
    ['BEFORE_DELIVERY', { order: { paidAt: NOW - DAY, deliveredAt: null, refundedAt: null } }],
    ['BEFORE_DELIVERY', { order: { paidAt: NOW - DAY, deliveredAt: NOW + 1, refundedAt: null } }],
    ['OWN_SHOP', { isOwnShop: true }],
    ['MUTUAL_RATING', { isMutual: true }],
    ['SHARED_DEVICE', { traces: { ...traces, device: crowded } }],
    ['SHARED_PAYMENT', { traces: { ...traces, payment: crowded } }],
    ['SHARED_ADDRESS', { traces: { ...traces, address: crowded } }],
    ['BURST', { subject: { ...subject, reviews: 15 } }],
    ['BURST_OF_NEWCOMERS', { subject: { ...subject, reviews: 12, newcomers: 10 } }],
    ['FAR_FROM_CONSENSUS', { valence: -1 }],
    ['NEW_REVIEWER', { reviewer: { ...reviewer, knownSince: NOW - DAY } }],
    ['RELIABILITY', { reviewer: { ...reviewer, reliability: 0.5 } }],
    ['TOO_MANY_A_DAY', { reviewer: { ...reviewer, reviewsToday: 6 } }],
    ['NEAR_DUPLICATE', { likeness: 0.85 }],
  ])('sees %s in %j', (code, fields) => {
    expect(against(fields)).toContain(code);
  });

  it('has nothing against five reviews a day, a late refund, or a review on the instant of delivery', () => {
    expect(against({ reviewer: { ...reviewer, reviewsToday: 5 } })).toEqual([]);
    expect(against({ order: { paidAt: NOW - 9 * DAY, deliveredAt: NOW, refundedAt: NOW } })).toEqual([]);
  });

  it('knows that a mobile carrier puts many behind one address, and that a household shares its card', () => {
    const carrier = { siblings: 30, holders: 3000, merchantShare: 0.01 };
    const mate = { siblings: 1, holders: 2, merchantShare: 0.001 };
    expect(against({ traces: { ...traces, address: carrier } })).toEqual([]);
    expect(outcomeOf(suspect(aContext({ traces: { device: mate, payment: mate, address: mate } })))).toBe('COUNTED');
  });

  it('lets a sale pass: many reviews of many deliveries are no burst', () => {
    expect(against({ subject: { ...subject, reviews: 220, deliveries: 420 } })).toEqual([]);
  });

  it('holds, and does not void, a burst of newcomers who say the worst', () => {
    const rows = suspect(
      aContext({
        valence: -1,
        subject: { ...subject, reviews: 30, newcomers: 28 },
        reviewer: { ...reviewer, knownSince: NOW - DAY, reliability: 0.8 },
      }),
    );
    expect(outcomeOf(rows)).toBe('HELD');
  });

  it('proposes to void what is copied and comes from a crowded device', () => {
    expect(outcomeOf(suspect(aContext({ likeness: 1, traces: { ...traces, device: crowded } })))).toBe('VOID_PROPOSED');
  });

  it('tells what it saw and what it would expect', () => {
    const rows = suspect(aContext({ subject: { ...subject, reviews: 15 } }));
    expect(rows.find(({ code }) => code === 'BURST')).toMatchObject({
      family: 'BEHAVIOUR',
      observed: 15,
      expected: 4.5,
    });
  });

  it('has at most one row a code', () => {
    const codes = suspect(aContext({ order: null, isMutual: true, likeness: 1 })).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
