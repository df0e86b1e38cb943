import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/kernel/refusal.ts';
import { compilePolicy } from '../../src/scoring/compiled.ts';
import { parsePolicy } from '../../src/scoring/parse-policy.ts';
import { decayed, term } from '../../src/scoring/decay.ts';
import { aPosting, buyers, merchantPolicy, merchants, products } from './kit.ts';

/** The default merchant policy, with the value at a dotted path replaced, or taken out where it is undefined. */
function documentWith(path: string, value: unknown): unknown {
  const document: unknown = structuredClone(merchantPolicy);
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<unknown>((inside, key) => (inside as Record<string, unknown>)[key], document);
  if (value === undefined) delete (parent as Record<string, unknown>)[last];
  else (parent as Record<string, unknown>)[last] = value;
  return document;
}

function refusalOf(document: unknown): Refusal {
  try {
    parsePolicy(document);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('parsePolicy', () => {
  it('takes the defaults, and gives back what it was given', () => {
    expect(parsePolicy(structuredClone(merchantPolicy))).toEqual(merchantPolicy);
    expect([merchants, buyers, products].map(({ subjectKind }) => subjectKind)).toEqual([
      'MERCHANT',
      'BUYER',
      'PRODUCT',
    ]);
  });

  it('survives a trip through JSON unchanged', () => {
    expect(parsePolicy(JSON.parse(JSON.stringify(merchantPolicy)))).toEqual(merchantPolicy);
  });

  it.each<[path: string, value: unknown, complaint: RegExp]>([
    ['key', 'Default Merchant', /like default-merchant/],
    ['subjectKind', 'SELLER', /one of MERCHANT, BUYER/],
    ['epoch', '1995-02-30', /like 1995-01-01T00:00:00Z/],
    ['epoch', '1995-13-01T00:00:00Z', /not a date/],
    ['epoch', '1969-12-31T00:00:00Z', /between 1970 and 2100/],
    ['masses.ORDER_EATEN', { good: 1 }, /no posting kind of a MERCHANT/],
    ['masses.__proto__x', { good: 1 }, /no posting kind/],
    ['masses.REVIEW_5', 1, /must be an object/],
    ['masses.REVIEW_5.good', -1, /from 0 to 1000/],
    ['masses.REVIEW_5.bad', 1, /not a known field/],
    ['masses.REVIEW_1.repeat', { times: 2, most: 4 }, /not a known field/],
    ['masses.PAID_FOR_REVIEWS.repeat.times', 0.5, /from 1 to 1000/],
    ['masses.PAID_FOR_REVIEWS.repeat.most', 4, /from 5 to 1000/],
    ['masses.PAID_FOR_REVIEWS.repeat.most', undefined, /is missing/],
    ['masses', {}, /must give a mass/],
    ['masses', [], /must be an object/],
    ['goodHalfLifeDays', 0, /greater than 0/],
    ['goodHalfLifeDays', 30, /at least 41 days with the epoch/],
    ['badHalfLifeDays', -1, /from 0/],
    ['badHalfLifeDays', 1e-9, /at least 41 days/],
    ['badHalfLifeDays', Number.NaN, /finite number/],
    ['badWeight', Infinity, /finite number/],
    ['badWeight', '1.5', /finite number/],
    ['badWeight', undefined, /is missing/],
    ['prior.k', 0, /greater than 0/],
    ['prior.p0', 0, /greater than 0/],
    ['prior.p0', 1, /less than 1/],
    ['prior.mean', 1, /not a known field/],
    ['scale.pdo', 0, /greater than 0/],
    ['scale.max', 300, /greater than min/],
    ['scale.base', 900, /from 300 to 850/],
    ['cuts.AA', 740, /less than AAA's/],
    ['cuts.C', 530, /less than B's/],
    ['cuts.D', 1, /not a known field/],
    ['cuts.BB', undefined, /is missing/],
    ['minimum.deals', 2.5, /whole number/],
    ['minimum.deals', -1, /from 0/],
    ['gates', {}, /must be a list/],
    ['gates', Array.from({ length: 101 }, () => merchantPolicy.gates[0]), /at most 100 entries, not 101/],
    ['gates.0.level', 'D', /one of AAA/],
    ['gates.1.level', 'A', /a gate already, gates\.0/],
    ['gates.2.tradingDays', 1e9, /from 0 to 36500/],
    ['value.min', 3, /from 0 to 2/],
    ['value.referenceAmounts.cny', 100, /ISO 4217/],
    ['value.referenceAmounts.CNY', 0, /from 1/],
    ['value.referenceAmounts.CNY', 10.5, /whole number/],
    ['reviewer.floorFree', 1.1, /from 0 to 1/],
    ['reviewer.experienceHalf', 0, /greater than 0/],
    ['colour', 'red', /not a known field/],
  ])('refuses %s = %j and names the path', (path, value, complaint) => {
    const refusal = refusalOf(documentWith(path, value));

    expect(refusal).toMatchObject({ kind: 'INVALID', code: 'POLICY_INVALID' });
    expect(refusal.message).toMatch(complaint);
    expect(refusal.message.startsWith(`${path}: `)).toBe(true);
    expect(refusal.field).toEqual(path.split('.'));
  });

  it.each([null, undefined, 7, 'text', [], true])('refuses %j for a document', (document) => {
    expect(refusalOf(document).message).toBe('the document: must be an object');
  });

  it('allows a shorter half-life with a later epoch, and a kind that it does not name', () => {
    const { REVIEW_5, ...others } = merchantPolicy.masses;
    const policy = parsePolicy({
      ...merchantPolicy,
      epoch: '2024-01-01T00:00:00Z',
      goodHalfLifeDays: 30,
      masses: others,
    });

    expect(REVIEW_5).toEqual({ good: 0.5 });
    expect(policy.goodHalfLifeDays).toBe(30);
    expect(compilePolicy(policy).rules.find(({ kind }) => kind.key === 'REVIEW_5')).toMatchObject({ mass: 0 });
  });

  it.each(['1970-01-01T00:00:00Z', '2047-07-01T00:00:00Z', '2100-01-01T00:00:00Z'])(
    'keeps sums within a double at the shortest half-life that goes with the epoch %s',
    (epoch) => {
      const refused = refusalOf({ ...merchantPolicy, epoch, goodHalfLifeDays: 1 });
      const shortest = Number(/at least (\d+) days/.exec(refused.message)![1]);
      const policy = compilePolicy(parsePolicy({ ...merchantPolicy, epoch, goodHalfLifeDays: shortest }));
      const ends = [Date.UTC(1995, 0, 1), Date.UTC(2100, 0, 1)];
      const sums = ends.map((occurredAt) => Number(term(aPosting('ORDER_DELIVERED', { occurredAt }), policy)) * 1e9);

      expect(sums.every(Number.isFinite)).toBe(true);
      expect(ends.map((at) => decayed(1, 'good', at, policy)).every(Number.isFinite)).toBe(true);
    },
  );

  it('has no rules yet for a subject without posting kinds', () => {
    expect(refusalOf(documentWith('subjectKind', 'CARRIER')).message).toMatch(
      /^masses\.\w+: is no posting kind of a CARRIER/,
    );
  });
});
