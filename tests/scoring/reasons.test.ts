import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradeOf, type Balance } from '../../src/scoring/grade.ts';
import { POSTING_KINDS } from '../../src/scoring/kinds.ts';
import { reasonsOf } from '../../src/scoring/reasons.ts';
import { kindLabel, localeOf } from '../../src/scoring/texts.ts';
import type { Posting } from '../../src/scoring/posting.ts';
import { aFactOf, aPosting, balanceOf, buyers, DAY, merchants, NOW } from './kit.ts';

const many = (key: string, count: number) => Array.from({ length: count }, () => aPosting(key));
const reasonsFor = (postings: readonly Posting[], fields: Partial<Balance> = {}) =>
  reasonsOf(merchants, gradeOf(merchants, balanceOf(merchants, postings, fields), NOW));

const MIXED = [
  ...many('ORDER_DELIVERED', 1204),
  ...many('LATE_DELIVERY', 3),
  ...many('REVIEW_5', 40),
  ...many('REVIEW_1', 1),
  ...many('DISPUTE_LOST', 2),
  ...many('LATE_HANDOVER', 1),
];

describe('the reasons of a grade', () => {
  it('are at most four, the most points first', () => {
    fc.assert(
      fc.property(fc.array(aFactOf('MERCHANT'), { minLength: 10, maxLength: 60 }), (postings) => {
        const points = reasonsFor(postings).map((reason) => Math.abs(reason.points));
        expect(points.length).toBeLessThanOrEqual(4);
        expect(points).toEqual(points.toSorted((a, b) => b - a));
      }),
    );
  });

  it('are sentences with the count and the points', () => {
    const [first, ...others] = reasonsFor(MIXED);

    expect(first).toMatchObject({ code: 'ORDER_DELIVERED' });
    expect(first!.text('en')).toBe('1,204 orders delivered on time and without complaint: +302.7 points');
    expect(first!.text('zh-CN')).toBe('1,204 笔订单按时送达且无投诉：+302.7 分');
    expect(others.map(({ code }) => code)).toEqual(['DISPUTE_LOST', 'LATE_DELIVERY', 'LATE_HANDOVER']);
    expect(others[2]!.text()).toMatch(/^1 late hand-over to the carrier: -\d+\.\d points$/);
  });

  it('tell of a gate that holds the level, what it asks for and how much is left', () => {
    const byTime = reasonsFor(MIXED, { firstDay: NOW - 30 * DAY });
    expect(byTime).toHaveLength(4);
    expect(byTime[3]).toMatchObject({ code: 'GATE_A', points: 0 });
    expect(byTime[3]!.text('en')).toBe('A after 60 days of trading: 30 to go');

    const byPeople = reasonsFor(MIXED, { counterparties: 29 });
    expect(byPeople[3]!.text('en')).toBe('A with 30 different buyers: 1 to go');

    const byBoth = reasonsFor(MIXED, { firstDay: NOW - 106 * DAY, counterparties: 99 });
    expect(byBoth[3]!.text('en')).toBe(
      'AA after 180 days of trading and with 100 different buyers: 74 days and 1 buyer to go',
    );
    expect(byBoth[3]!.text('zh-CN')).toBe('升至 AA 需交易满 180 天（还差 74 天），且有 100 个不同的买家（还差 1 个）');
  });

  it('tell who is not rated only what is missing, so that the hidden score stays hidden', () => {
    const [reason, ...others] = reasonsFor(many('ORDER_DELIVERED', 7), { counterparties: 4 });

    expect(others).toEqual([]);
    expect(reason).toMatchObject({ code: 'NOT_ENOUGH_EVIDENCE', points: 0 });
    expect(reason!.text('en')).toBe('Not rated yet: needs 3 more completed orders and 1 more buyer');
    expect(reason!.text('zh-CN')).toBe('尚未评级：还需 3 笔完成的订单，还需 1 个不同的买家');
  });

  it('leave out what moves nothing', () => {
    const held = Array.from({ length: 12 }, () => aPosting('REVIEW_1', { isHeld: true }));
    expect(reasonsFor([...many('ORDER_DELIVERED', 10), ...held]).map(({ code }) => code)).toEqual(['ORDER_DELIVERED']);
  });

  it('speak of merchants to a buyer', () => {
    const grade = gradeOf(buyers, { ...balanceOf(buyers, []), counterparties: 0 }, NOW);
    expect(reasonsOf(buyers, grade)[0]!.text()).toBe(
      'Not rated yet: needs 5 more completed orders and 2 more merchants',
    );
  });
});

describe('the texts', () => {
  it('fall back to English for any language but Chinese', () => {
    const asked = ['zh', 'zh-TW', 'ZH-cn', 'en-GB', 'de', 'zhx', '', null, undefined];
    expect(asked.map(localeOf)).toEqual(['zh-CN', 'zh-CN', 'zh-CN', 'en', 'en', 'en', 'en', 'en', 'en']);
  });

  it.each(POSTING_KINDS.map(({ subject, key }) => [subject, key] as const))('name %s.%s in both', (subject, key) => {
    expect(kindLabel(subject, key)).toMatch(/^[A-Z0-9][ -~]+$/);
    expect(kindLabel(subject, key, 'zh-CN')).toMatch(/^\p{Script=Han}+$/u);
  });
});
