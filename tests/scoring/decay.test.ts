import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decayed, term, weightOf } from '../../src/scoring/decay.ts';
import { toUnits } from '../../src/scoring/fixed.ts';
import { aFactOf, aPosting, buyers, DAY, fold, merchants, NOW, policyWith } from './kit.ts';

const EPOCH = Date.UTC(1995, 0, 1);

describe('weightOf, the mass of a posting on its day', () => {
  it('is the policy’s mass for an order of unknown value', () => {
    expect(weightOf(aPosting('ORDER_DELIVERED'), merchants)).toBe(1);
    expect(weightOf(aPosting('COUNTERFEIT_PROVEN'), merchants)).toBe(8);
    expect(weightOf(aPosting('ORDER_COMPLAINED'), merchants)).toBe(0);
  });

  it('grows with the order’s value, between the least and the ceiling', () => {
    const policy = policyWith({ value: { min: 0.25, ceiling: 2, referenceAmounts: { CNY: 10_000 } } });
    const worth = (amount: number | null, currency: string | null) =>
      weightOf(aPosting('ORDER_DELIVERED', { amount, currency }), policy);

    expect([0, -5, 100, 10_000, 30_000].map((amount) => worth(amount, 'CNY'))).toEqual([0.25, 0.25, 0.25, 1, 1.5]);
    expect(worth(1e12, 'CNY')).toBeCloseTo(2, 6);
    expect([worth(500, 'USD'), worth(null, 'CNY'), worth(500, null)]).toEqual([1, 1, 1]);
  });

  it('believes a review as far as its author, and more when it cost a purchase', () => {
    const review = (fields: object) => weightOf(aPosting('REVIEW_1', fields), merchants);

    expect(review({})).toBeCloseTo(0.4, 12); // 0.8 · floor 0.5
    expect(review({ isPurchase: false })).toBeCloseTo(0.08, 12); // 0.8 · floor 0.1
    expect(review({ experience: toUnits(3) })).toBeCloseTo(0.8 * 0.75, 12); // half of the way to 1
    expect(review({ reliability: 0 })).toBe(0);
  });

  it('counts a repeated counterparty as a harmonic series, and what is held not at all', () => {
    expect([0, 1, 2].map((pairRank) => weightOf(aPosting('ORDER_DELIVERED', { pairRank }), merchants))).toEqual([
      1,
      1 / 2,
      1 / 3,
    ]);
    expect(weightOf(aPosting('ORDER_DELIVERED', { isHeld: true }), merchants)).toBe(0);
  });

  it('counts an offence the more the oftener, up to the most; alike where the policy says no more', () => {
    const offences = (policy: typeof merchants) =>
      [0, 1, 2, 3, 4, 1_000_000].map((pairRank) => weightOf(aPosting('PAID_FOR_REVIEWS', { pairRank }), policy));

    expect(offences(merchants)).toEqual([5, 10, 20, 40, 40, 40]);
    expect(offences(policyWith({ masses: { PAID_FOR_REVIEWS: { bad: 5 } } }))).toEqual([5, 5, 5, 5, 5, 5]);
    expect(weightOf(aPosting('FAKE_REVIEW_PROVEN', { pairRank: 1 }, 'BUYER'), buyers)).toBe(10);
  });

  it('refuses a review without its author’s reliability, and a kind of another subject', () => {
    expect(() => weightOf(aPosting('REVIEW_5', { reliability: null }), merchants)).toThrow(RangeError);
    expect(() => term(aPosting('ORDER_KEPT', {}, 'BUYER'), merchants)).toThrow(/no posting kind of a MERCHANT/);
  });
});

describe('term', () => {
  it('is millionths of mass at the epoch, and doubles each half-life after it', () => {
    const at = (days: number, key: string) => term(aPosting(key, { occurredAt: EPOCH + days * DAY }), merchants);

    expect([0, 90, 180, 9000].map((days) => at(days, 'ORDER_DELIVERED'))).toEqual([
      1_000_000n,
      2_000_000n,
      4_000_000n,
      1_000_000n << 100n,
    ]);
    expect([0, 180].map((days) => at(days, 'LATE_DELIVERY'))).toEqual([500_000n, 1_000_000n]);
  });

  it('gives these digits, on every machine and for ever', () => {
    const order = aPosting('ORDER_DELIVERED', { occurredAt: Date.UTC(2026, 5, 1, 12, 34, 56, 789), pairRank: 2 });
    const review = aPosting('REVIEW_2', { occurredAt: Date.UTC(2018, 1, 28), experience: toUnits(1.25) });

    expect(term(order, merchants)).toBe(79_911_995_552_016_299_329_721_321_426_369_753_863_159_808n);
    expect(term(review, merchants)).toBe(54_429_258_954_156_318_720n);
  });

  it('is taken back by its reversal', () => {
    fc.assert(
      fc.property(aFactOf('MERCHANT'), (fact) => {
        expect(term(fact, merchants) + term({ ...fact, sign: -1 }, merchants)).toBe(0n);
      }),
    );
  });
});

describe('a standing’s accumulators', () => {
  it('have the same bits in whatever order the postings came', () => {
    const shuffled = fc
      .array(aFactOf('MERCHANT'), { maxLength: 60 })
      .chain((facts) => fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })));
    fc.assert(
      fc.property(shuffled, ([facts, others]) => {
        expect(fold(merchants, others)).toEqual(fold(merchants, facts));
      }),
    );
  });

  it('are, after any voids, exactly the sums of what remains', () => {
    const voided = fc.array(fc.tuple(aFactOf('BUYER'), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(voided, (facts) => {
        const all = facts.map(([fact]) => fact);
        const reversals = facts.filter(([, isVoided]) => isVoided).map(([fact]) => ({ ...fact, sign: -1 }) as const);
        const remaining = facts.filter(([, isVoided]) => !isVoided).map(([fact]) => fact);

        expect(fold(buyers, [...all, ...reversals])).toEqual(fold(buyers, remaining));
      }),
    );
  });
});

describe('decayed', () => {
  it('gives back the mass on its day, and half of it a half-life later', () => {
    const good = Number(term(aPosting('ORDER_DELIVERED'), merchants));
    const bad = Number(term(aPosting('LATE_DELIVERY'), merchants));

    expect(decayed(good, 'good', NOW, merchants)).toBeCloseTo(1, 12);
    expect(decayed(good, 'good', NOW + 90 * DAY, merchants)).toBeCloseTo(0.5, 12);
    expect(decayed(bad, 'bad', NOW + 180 * DAY, merchants)).toBeCloseTo(0.25, 12);
  });

  it('keeps every posting since 1995 to a millionth of a mass', () => {
    fc.assert(
      fc.property(aFactOf('PRODUCT'), (fact) => {
        const rating = { ...fact, kind: 1, reliability: null, experience: null };
        const today = decayed(Number(term(rating, merchants)), 'good', rating.occurredAt, merchants);
        expect(Math.abs(today - weightOf(rating, merchants))).toBeLessThanOrEqual(1e-6);
      }),
    );
  });
});
