import { describe, expect, it } from 'vitest';
import { fitPolicy, foresightUnder, unitPolicy } from '../../src/scoring/fit.ts';
import type { Histories } from '../../src/scoring/histories.ts';
import { kindOf, kindsOf, slotOf } from '../../src/scoring/kinds.ts';
import type { Policy } from '../../src/scoring/policy.ts';
import { weightOfEvidence } from '../../src/scoring/weight-of-evidence.ts';
import { merchantPolicy } from './kit.ts';

const SLOTS = kindsOf('MERCHANT').length;
const slot = (key: string) => slotOf(kindOf('MERCHANT', key).code);

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Shops whose later deals go as the policy foretells, from what it knows of them. */
function worldOf(policy: Policy, shops: number, seed: number): Histories {
  const next = chance(seed);
  const [masses, good, bad]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < shops; i++) {
    const known = Array.from({ length: SLOTS }, () => 0);
    for (const [key, most] of [
      ['ORDER_DELIVERED', 120],
      ['LATE_DELIVERY', 20],
      ['REVIEW_5', 30],
      ['REVIEW_1', 10],
      ['REVIEW_2', 4],
    ] as const)
      known[slot(key)] = most * next() ** 2;
    masses.push(...known);
    let [g, b] = [policy.prior.k * policy.prior.p0, policy.prior.k * (1 - policy.prior.p0)];
    for (const { key } of kindsOf('MERCHANT')) {
      const mass = policy.masses[key]!;
      if ('good' in mass) g += mass.good * known[slot(key)]!;
      else b += policy.badWeight * mass.bad * known[slot(key)]!;
    }
    const deals = 20 + Math.floor(next() * 60);
    let failures = 0;
    for (let deal = 0; deal < deals; deal++) if (next() < b / (g + b)) failures++;
    good.push(deals - failures);
    bad.push(failures);
  }
  return { slots: SLOTS, masses, good, bad };
}

const truth: Policy = {
  ...merchantPolicy,
  masses: { ...merchantPolicy.masses, LATE_DELIVERY: { bad: 1.2 }, REVIEW_1: { bad: 2 }, REVIEW_5: { good: 0.3 } },
  prior: { k: 40, p0: 0.8 },
};
const fitOf = (world: Policy, policy = merchantPolicy, shops = 1500) => {
  const [past, later] = [worldOf(world, shops, 1), worldOf(world, shops, 2)];
  return fitPolicy(policy, past, later, { document: policy, foresight: foresightUnder(policy, later) });
};
const massOf = (policy: Policy, key: string) => Object.values(policy.masses[key]!)[0] as number;

describe('fitPolicy', () => {
  const fit = fitOf(truth);

  it('finds the masses and the prior that a history was made by', () => {
    expect(fit.isBetter).toBe(true);
    expect(massOf(fit.document, 'LATE_DELIVERY')).toBeCloseTo(1.2, 0);
    expect(Math.abs(massOf(fit.document, 'REVIEW_1') / 2 - 1)).toBeLessThan(0.2);
    expect(Math.abs(fit.document.prior.k / 40 - 1)).toBeLessThan(0.25);
    expect(fit.document.prior.p0).toBeCloseTo(0.8, 1);
  });

  it('gains on time that it has not learnt from', () => {
    expect(fit.after.logLoss!).toBeLessThan(fit.before.logLoss!);
    expect(fit.after.auc!).toBeGreaterThan(fit.before.auc!);
    expect(fit.after.calibrationError!).toBeLessThan(fit.before.calibrationError!);
    const best = foresightUnder(truth, worldOf(truth, 1500, 2));
    expect(fit.after.logLoss! - best.logLoss!).toBeLessThan(0.1 * (fit.before.logLoss! - best.logLoss!));
  });

  it('keeps the yardstick, the penalties, and what nothing is known of', () => {
    for (const key of [
      'ORDER_DELIVERED',
      'COUNTERFEIT_PROVEN',
      'PAID_FOR_REVIEWS',
      'DISPUTE_LOST',
      'ORDER_COMPLAINED',
    ]) {
      expect(fit.document.masses[key]).toEqual(merchantPolicy.masses[key]);
      expect(fit.kinds.find(({ kind }) => kind === key)?.isFitted).toBe(false);
    }
  });

  it('lets fewer stars never weigh less against, whatever the history says', () => {
    const upsideDown = { ...truth, masses: { ...truth.masses, REVIEW_1: { bad: 0.8 }, REVIEW_2: { bad: 3 } } };
    const { document } = fitOf(upsideDown);

    expect(massOf(document, 'REVIEW_1')).toBeGreaterThanOrEqual(massOf(document, 'REVIEW_2'));
    expect(massOf(document, 'REVIEW_2')).toBeGreaterThanOrEqual(massOf(document, 'REVIEW_3'));
  });

  it('leaves a policy as it is when what it has learnt foretells later deals no better', () => {
    const [past, later] = [worldOf(truth, 300, 1), worldOf(merchantPolicy, 300, 2)]; // the world has changed meanwhile
    const { document, isBetter } = fitPolicy(merchantPolicy, past, later, {
      document: merchantPolicy,
      foresight: foresightUnder(merchantPolicy, later),
    });

    expect(isBetter).toBe(false);
    expect(document).toBe(merchantPolicy);
  });

  it('moves no mass more than fourfold', () => {
    const { document } = fitOf({ ...truth, masses: { ...truth.masses, LATE_DELIVERY: { bad: 20 } } });

    expect(massOf(document, 'LATE_DELIVERY')).toBeLessThanOrEqual(2.01);
  });
});

describe('the weight of evidence', () => {
  it('is above 0 for what foretells bad deals, below 0 for what foretells good ones, near 0 for the rest', () => {
    const world = worldOf(truth, 1500, 3);
    const of = (key: string) => weightOfEvidence(world, slot(key))!;

    expect(of('LATE_DELIVERY').weight).toBeGreaterThan(5 * of('LATE_DELIVERY').error);
    expect(of('ORDER_DELIVERED').weight).toBeLessThan(-5 * of('ORDER_DELIVERED').error);
    expect(of('LATE_DELIVERY').subjects).toBe(1500);
  });

  it('is not known where too few have such facts', () => {
    expect(weightOfEvidence(worldOf(truth, 1500, 3), slot('DISPUTE_LOST'))).toBeNull();
    expect(weightOfEvidence(worldOf(truth, 20, 3), slot('LATE_DELIVERY'))).toBeNull();
  });
});

describe('the unit policy', () => {
  it('has every kind on its side, at mass 1', () => {
    const { masses, ...others } = unitPolicy(merchantPolicy);
    const { masses: _, ...rest } = merchantPolicy;

    expect(Object.keys(masses)).toEqual(Object.keys(merchantPolicy.masses));
    expect([masses['REVIEW_5'], masses['REVIEW_1'], masses['ORDER_COMPLAINED']]).toEqual([
      { good: 1 },
      { bad: 1 },
      { bad: 1 },
    ]);
    expect(others).toEqual(rest);
  });
});
