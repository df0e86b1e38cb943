import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { SubjectKind } from '../../src/kernel/subject.ts';
import { compilePolicy, type CompiledPolicy } from '../../src/scoring/compiled.ts';
import { term } from '../../src/scoring/decay.ts';
import { toUnits } from '../../src/scoring/fixed.ts';
import type { Balance } from '../../src/scoring/grade.ts';
import { kindOf, kindsOf, slotOf } from '../../src/scoring/kinds.ts';
import { parsePolicy } from '../../src/scoring/parse-policy.ts';
import type { Policy } from '../../src/scoring/policy.ts';
import type { Posting } from '../../src/scoring/posting.ts';

export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 10, 21);

const preset = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../src/grades/presets/${name}.json`, import.meta.url), 'utf8'));

export const merchantPolicy: Policy = parsePolicy(preset('default-merchant'));
export const merchants: CompiledPolicy = compilePolicy(merchantPolicy);
export const buyers: CompiledPolicy = compilePolicy(parsePolicy(preset('default-buyer')));
export const products: CompiledPolicy = compilePolicy(parsePolicy(preset('default-product')));

/** The default merchant policy with some fields otherwise. */
export const policyWith = (fields: Partial<Policy>): CompiledPolicy =>
  compilePolicy(parsePolicy({ ...merchantPolicy, ...fields }));

export function aPosting(key: string, fields: Partial<Posting> = {}, subject: SubjectKind = 'MERCHANT'): Posting {
  const kind = kindOf(subject, key);
  return {
    kind: kind.code,
    occurredAt: NOW,
    counterparty: 'buyer-1',
    amount: null,
    currency: null,
    reliability: kind.isReview ? toUnits(0.8) : null,
    experience: kind.isReview ? 0 : null,
    isPurchase: true,
    pairRank: 0,
    isHeld: false,
    sign: 1,
    ...fields,
  };
}

/** The accumulators of postings, as a standing keeps them. */
export function fold(policy: CompiledPolicy, postings: readonly Posting[]): bigint[] {
  const sums = kindsOf(policy.subjectKind).map(() => 0n);
  for (const each of postings) sums[slotOf(each.kind)]! += term(each, policy);
  return sums;
}

export function countsOf(policy: CompiledPolicy, postings: readonly Posting[]): number[] {
  const counts = kindsOf(policy.subjectKind).map(() => 0);
  for (const each of postings) counts[slotOf(each.kind)]! += each.sign;
  return counts;
}

/** The balance of postings; counterparties and days as given, so that no gate is shut unless a test shuts it. */
export const balanceOf = (
  policy: CompiledPolicy,
  postings: readonly Posting[],
  fields: Partial<Balance> = {},
): Balance => ({
  terms: fold(policy, postings).map(Number),
  counts: countsOf(policy, postings),
  counterparties: 10_000,
  firstDay: NOW - 3000 * DAY,
  lastDay: NOW,
  ...fields,
});

export const aFactOf = (subject: SubjectKind): fc.Arbitrary<Posting> =>
  fc
    .record({
      kind: fc.constantFrom(...kindsOf(subject).map(({ code }) => code)),
      occurredAt: fc.integer({ min: Date.UTC(1995, 0, 1), max: NOW }),
      counterparty: fc.constantFrom('ann', 'ben', 'cho'),
      amount: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: null }),
      currency: fc.constantFrom('CNY', 'USD', null),
      reliability: fc.integer({ min: 0, max: 100_000_000 }),
      experience: fc.integer({ min: 0, max: 5_000_000_000 }),
      isPurchase: fc.boolean(),
      pairRank: fc.integer({ min: 0, max: 9 }),
      isHeld: fc.boolean(),
    })
    .map((fields) => ({ ...fields, sign: 1 }));
