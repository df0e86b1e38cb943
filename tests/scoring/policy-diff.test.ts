import { describe, expect, it } from 'vitest';
import { policyChanges } from '../../src/scoring/policy-diff.ts';
import { parsePolicy } from '../../src/scoring/parse-policy.ts';
import type { Policy } from '../../src/scoring/policy.ts';
import { buyers, merchantPolicy } from './kit.ts';
import { presetOf } from './preset-kit.ts';

const changed = (fields: Partial<Policy>, from: Policy = merchantPolicy): Policy => parsePolicy({ ...from, ...fields });
const said = (before: Policy, after: Policy, locale?: string) =>
  policyChanges(before, after).map(({ sentence }) => sentence(locale));

/** A path that another value stands at, and how that is told. */
const CASES: [path: string, fields: Partial<Policy>, english: string, chinese: string][] = [
  [
    'masses.LATE_DELIVERY',
    { masses: { ...merchantPolicy.masses, LATE_DELIVERY: { bad: 1 } } },
    'Late deliveries count 1 against (before: 0.5 against).',
    '“延迟送达”每次计负面 1（此前负面 0.5）。',
  ],
  [
    'masses.PAID_FOR_REVIEWS',
    { masses: { ...merchantPolicy.masses, PAID_FOR_REVIEWS: { bad: 5, repeat: { times: 3, most: 60 } } } },
    'Reviews paid for count 5 against, each time 3 times as much, up to 60 (before: 5 against, each time 2 times as much, up to 40).',
    '“花钱买评价属实”每次计负面 5，每再犯一次乘以 3，最高 60（此前负面 5，每再犯一次乘以 2，最高 40）。',
  ],
  [
    'goodHalfLifeDays',
    { goodHalfLifeDays: 120 },
    'What is good fades by half in 120 days (before: 90 days).',
    '正面记录每 120 天减半（此前 90 天）。',
  ],
  [
    'badWeight',
    { badWeight: 2 },
    'What is bad weighs, for each of its mass, 2 (before: 1.5).',
    '负面记录的权重为 2（此前 1.5）。',
  ],
  [
    'prior.k',
    { prior: { k: 30, p0: 0.9 } },
    'The deals that a newcomer is credited with beforehand are 30 (before: 20).',
    '新主体的先验交易数为 30（此前 20）。',
  ],
  [
    'prior.p0',
    { prior: { k: 20, p0: 0.85 } },
    'The share of good deals expected of a newcomer is 85 % (before: 90 %).',
    '对新主体预期的良好交易比例为 85 %（此前 90 %）。',
  ],
  [
    'scale.pdo',
    { scale: { ...merchantPolicy.scale, pdo: 40 } },
    'The points that double the odds are 40 (before: 50).',
    '使胜算翻倍的分值为 40（此前 50）。',
  ],
  [
    'cuts.AA',
    { cuts: { ...merchantPolicy.cuts, AA: 710 } },
    'AA begins at 710 points (before: 700).',
    'AA 级从 710 分起（此前 700 分）。',
  ],
  [
    'minimum.deals',
    { minimum: { deals: 1, counterparties: 5 } },
    'A first grade needs 1 completed order (before: 10).',
    '首次评级需完成 1 笔订单（此前 10 笔）。',
  ],
  [
    'value.referenceAmounts.CNY',
    { value: { ...merchantPolicy.value, referenceAmounts: { CNY: 5900 } } },
    'An order that counts once is one of 5,900 minor units of CNY (before: any amount).',
    'CNY 的参考订单金额为 5,900（最小货币单位；此前 不限）。',
  ],
  [
    'reviewer.floorPurchase',
    { reviewer: { ...merchantPolicy.reviewer, floorPurchase: 0.4 } },
    'The share of its weight that a new reviewer’s word has after a purchase is 40 % (before: 50 %).',
    '新评价者在购买后发表的评价所占权重为 40 %（此前 50 %）。',
  ],
  [
    'caps.SANCTION_ACTIVE',
    { caps: [...merchantPolicy.caps!, { when: 'SANCTION_ACTIVE', level: 'C' }] },
    'While a sanction is active, the level is at best C (before: no cap).',
    '处罚生效期间，等级最高为 C（此前 不限）。',
  ],
  [
    'approval.persons',
    { approval: { persons: 2 } },
    'To bring a change into force takes 2 people (before: 1).',
    '变更生效需 2 人批准（此前 1 人）。',
  ],
  [
    'noticeDays',
    { noticeDays: 15 },
    'A change is announced 15 days before it begins (before: 0).',
    '变更须提前 15 天公告（此前 0 天）。',
  ],
  [
    'reasonTexts.en.LATE_DELIVERY',
    { reasonTexts: { en: { LATE_DELIVERY: 'Late: {points}' } } },
    'LATE_DELIVERY is worded in en: “Late: {points}”',
    'LATE_DELIVERY 在 en 中的措辞为：“Late: {points}”。',
  ],
  [
    'epoch',
    { epoch: '1996-01-01T00:00:00Z' },
    'The instant that masses are counted from is 1996-01-01T00:00:00Z (before: 1995-01-01T00:00:00Z).',
    '质量的计时起点为 1996-01-01T00:00:00Z（此前 1995-01-01T00:00:00Z）。',
  ],
];

describe('the difference of two policies', () => {
  it.each(CASES)('tells of %s in a sentence', (path, fields, english, chinese) => {
    const changes = policyChanges(merchantPolicy, changed(fields));

    expect(changes.map((change) => change.path)).toEqual([path]);
    expect(changes[0]!.sentence('en')).toBe(english);
    expect(changes[0]!.sentence('zh-CN')).toBe(chinese);
  });

  it('goes by what a gate guards, not by its place in the list', () => {
    const [a, aa, aaa] = merchantPolicy.gates;

    expect(said(merchantPolicy, changed({ gates: [aaa!, a!, aa!] }))).toEqual([]);
    expect(said(merchantPolicy, changed({ gates: [a!, aaa!, { ...aa!, tradingDays: 90, deals: 200 }] }))).toEqual([
      'AA needs 90 days of trading (before: 180).',
      'AA needs 200 completed orders (before: 0).',
    ]);
    expect(said(merchantPolicy, changed({ gates: [a!, aaa!] }))).toEqual([
      'AA needs 0 different buyers (before: 100).',
      'AA needs 0 days of trading (before: 180).',
    ]);
  });

  it('tells of masses that come and go, and of those that change sides', () => {
    const { LATE_HANDOVER, ...masses } = merchantPolicy.masses;

    expect(LATE_HANDOVER).toBeDefined();
    expect(said(merchantPolicy, changed({ masses: { ...masses, REVIEW_3: { good: 0.1 } } }))).toEqual([
      '3-star reviews count 0.1 for (before: 0.25 against).',
      'Late hand-overs to the carrier count nothing (before: 0.5 against).',
    ]);
  });

  it('is nothing between equals, and between what is said and what is meant without', () => {
    expect(policyChanges(merchantPolicy, structuredClone(merchantPolicy))).toEqual([]);
    const { caps: _caps, ...uncapped } = merchantPolicy;
    expect(said(uncapped, changed({ approval: { persons: 1 }, noticeDays: 0, caps: [] }, uncapped))).toEqual([]);
  });

  it('has its way back: as many sentences, of the same fields', () => {
    for (const [, fields] of CASES) {
      const after = changed(fields);
      const paths = (one: Policy, other: Policy) => policyChanges(one, other).map(({ path }) => path);
      expect(paths(after, merchantPolicy).toSorted()).toEqual(paths(merchantPolicy, after).toSorted());
    }
  });

  it('of rules of another kind says just that: their numbers mean nothing to one another', () => {
    const changes = policyChanges(merchantPolicy, presetOf('taobao-levels', 'LEVELS'));

    expect(changes.map(({ path, sentence }) => [path, sentence(), sentence('zh-CN')])).toEqual([
      [
        'method',
        'These are rules of another kind, levels by points (before: a score of the house’s own).',
        '规则种类不同：积分等级（此前：本平台评分）。',
      ],
    ]);
  });

  it('speaks of merchants to buyers', () => {
    const { document } = buyers;

    expect(said(document, changed({ minimum: { deals: 5, counterparties: 3 } }, document))).toEqual([
      'A first grade needs 3 different merchants (before: 2).',
    ]);
  });
});
