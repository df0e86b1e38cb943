import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/kernel/refusal.ts';
import { gradeOf, scoreOf } from '../../src/scoring/grade.ts';
import { nextLevel } from '../../src/scoring/next.ts';
import { parsePolicy } from '../../src/scoring/parse-policy.ts';
import { reasonsOf } from '../../src/scoring/reasons.ts';
import { aPosting, balanceOf, merchantPolicy, NOW, policyWith } from './kit.ts';

const goodDeals = Array.from({ length: 60 }, () => aPosting('ORDER_DELIVERED'));
const reasons = (policy: ReturnType<typeof policyWith>, balance: ReturnType<typeof balanceOf>, locale = 'en') =>
  reasonsOf(policy, gradeOf(policy, balance, NOW)).map(({ code, text }) => [code, text(locale)]);

describe('a gate that asks for finished orders', () => {
  const [a, ...others] = merchantPolicy.gates;
  const policy = policyWith({ gates: [{ ...a!, deals: 80 }, ...others] });

  it('holds the level until there are enough, and says how many are to go', () => {
    const balance = balanceOf(policy, goodDeals);

    expect(scoreOf(policyWith({}), balance, NOW).level).toBe('AA');
    expect(scoreOf(policy, balance, NOW)).toMatchObject({
      level: 'BBB',
      gate: { deals: 20, counterparties: 0, days: 0 },
    });
    expect(reasons(policy, balance)).toContainEqual(['GATE_A', 'A with 80 completed orders: 20 to go']);
    expect(reasons(policy, balance, 'zh-CN')).toContainEqual(['GATE_A', '升至 A 需完成 80 笔订单（还差 20 笔）']);
    expect(nextLevel(policy, balance, NOW)).toMatchObject({ level: 'A', deals: 20 });
  });

  it('is told together with what else is missing', () => {
    const balance = balanceOf(policy, goodDeals, { counterparties: 25, firstDay: NOW });

    expect(reasons(policy, balance)).toContainEqual([
      'GATE_A',
      'A after 60 days of trading, with 30 different buyers and with 80 completed orders: 60 days, 5 buyers and 20 orders to go',
    ]);
  });
});

describe('a cap', () => {
  const policy = policyWith({
    caps: [
      { when: 'SANCTION_ACTIVE', level: 'C' },
      { when: 'QUALIFICATION_MISSING', level: 'BB' },
    ],
  });
  const balance = balanceOf(policy, goodDeals);

  it('binds while its condition holds, and moves no point', () => {
    const free = scoreOf(policy, balance, NOW);
    const capped = scoreOf(policy, { ...balance, conditions: ['QUALIFICATION_MISSING'] }, NOW);

    expect([free.level, free.cap]).toEqual(['AA', null]);
    expect(capped).toMatchObject({ level: 'BB', score: free.score, exactScore: free.exactScore, cap: { level: 'BB' } });
  });

  it('is the strictest of those that hold', () => {
    const conditions = ['QUALIFICATION_MISSING', 'SANCTION_ACTIVE', 'QUALIFICATION_EXPIRED'] as const;

    expect(scoreOf(policy, { ...balance, conditions }, NOW)).toMatchObject({
      level: 'C',
      cap: { when: 'SANCTION_ACTIVE' },
    });
  });

  it('lifts nobody, and rates nobody who is not rated', () => {
    const bad = balanceOf(
      policy,
      Array.from({ length: 80 }, () => aPosting('LATE_DELIVERY')),
    );
    const worst = scoreOf(policy, { ...bad, conditions: ['QUALIFICATION_MISSING'] }, NOW);
    const unrated = scoreOf(policy, { ...balanceOf(policy, []), conditions: ['SANCTION_ACTIVE'] }, NOW);

    expect([worst.cap, unrated.level, unrated.cap]).toEqual([null, 'NOT_RATED', null]);
  });

  it('is a reason, and no number of orders gets beyond it', () => {
    const capped = { ...balance, conditions: ['SANCTION_ACTIVE'] as const };

    expect(reasons(policy, capped)).toContainEqual(['CAP_SANCTION_ACTIVE', 'While a sanction is active: at best C']);
    expect(reasons(policy, capped, 'zh-CN')).toContainEqual(['CAP_SANCTION_ACTIVE', '处罚生效期间，等级最高为 C']);
    expect(nextLevel(policy, capped, NOW)).toMatchObject({ deals: null });
  });
});

describe('a policy’s own wording', () => {
  const policy = policyWith({
    reasonTexts: {
      en: {
        ORDER_DELIVERED: '{count} fine orders brought {points}',
        NOT_ENOUGH_EVIDENCE: 'Come back after {deals} orders.',
      },
    },
  });

  it('takes the place of the house’s, filled in, in its language only', () => {
    const [own] = reasons(policy, balanceOf(policy, goodDeals));
    const [chinese] = reasons(policy, balanceOf(policy, goodDeals), 'zh-CN');

    expect(own![1]).toMatch(/^60 fine orders brought \+\d+\.\d$/);
    expect(chinese![1]).toMatch(/^60 笔订单/);
    expect(reasons(policy, balanceOf(policy, []))).toEqual([['NOT_ENOUGH_EVIDENCE', 'Come back after 10 orders.']]);
  });
});

describe('the optional fields', () => {
  it.each<[fields: object, path: string, complaint: RegExp]>([
    [{ caps: [{ when: 'RAIN', level: 'C' }] }, 'caps.0.when', /one of SANCTION_ACTIVE/],
    [{ caps: [{ when: 'SANCTION_ACTIVE', level: 'E' }] }, 'caps.0.level', /one of AAA/],
    [{ caps: Array.from({ length: 2 }, () => ({ when: 'SANCTION_ACTIVE', level: 'C' })) }, 'caps.1.when', /caps\.0/],
    [{ caps: {} }, 'caps', /list/],
    [{ approval: {} }, 'approval.persons', /missing/],
    [{ approval: { persons: 0 } }, 'approval.persons', /from 1 to 2/],
    [{ approval: { persons: 1.5 } }, 'approval.persons', /whole/],
    [{ noticeDays: Number.NaN }, 'noticeDays', /finite/],
    [{ noticeDays: 400 }, 'noticeDays', /from 0 to 366/],
    [{ reasonTexts: { fr: {} } }, 'reasonTexts.fr', /not a known field/],
    [{ reasonTexts: { en: { RAIN: 'wet' } } }, 'reasonTexts.en.RAIN', /no reason/],
    [{ reasonTexts: { en: { ORDER_KEPT: 'of buyers' } } }, 'reasonTexts.en.ORDER_KEPT', /no reason/],
    [
      { reasonTexts: { en: { GATE_A: '{points} left' } } },
      'reasonTexts.en.GATE_A',
      /\{deals\}, \{counterparties\}, \{days\}/,
    ],
    [{ reasonTexts: { en: { REVIEW_5: '' } } }, 'reasonTexts.en.REVIEW_5', /1 to 300/],
    [{ reasonTexts: { en: { REVIEW_5: 'a\u0007b' } } }, 'reasonTexts.en.REVIEW_5', /control/],
    [{ gates: [{ level: 'A', counterparties: 1, tradingDays: 1, deals: -1 }] }, 'gates.0.deals', /from 0/],
  ])('are refused as %j, with the path', (fields, path, complaint) => {
    const refused = (() => {
      try {
        return parsePolicy({ ...merchantPolicy, ...fields });
      } catch (error) {
        return error as Refusal;
      }
    })();

    expect(refused).toMatchObject({ code: 'POLICY_INVALID', field: path.split('.') });
    expect((refused as Refusal).message).toMatch(complaint);
  });

  it('are given back as they were given', () => {
    const fields = { caps: [], reasonTexts: { en: {} }, approval: { persons: 2 }, noticeDays: 7 };

    expect(parsePolicy({ ...merchantPolicy, ...fields })).toEqual({ ...merchantPolicy, ...fields });
  });
});
