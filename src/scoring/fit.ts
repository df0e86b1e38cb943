import { fitGroups, type Group } from './fit-search.ts';
import { foresightOf, type Foresight } from './foresight.ts';
import type { Histories } from './histories.ts';
import { kindsOf, slotOf, kindOf } from './kinds.ts';
import type { Mass, Policy } from './policy.ts';
import { weightOfEvidence, type WeightOfEvidence } from './weight-of-evidence.ts';

/** What became of one kind's mass. */
export interface FittedKind {
  readonly kind: string;
  readonly before: number;
  readonly after: number;
  readonly evidence: WeightOfEvidence | null; // null where too few have such postings
  readonly isFitted: boolean; // kept as it was where the history does not say enough, or where people must decide
}

export interface Fit {
  readonly document: Policy;
  readonly kinds: readonly FittedKind[];
  readonly learntFrom: { readonly deals: number; readonly bad: number };
  /** Measured on later time, which nothing was learnt from. */
  readonly before: Foresight;
  readonly after: Foresight;
  readonly isBetter: boolean; // the surprise is smaller; else the document is the one that was given
}

/** What is to be bettered, measured on the same later time. */
export interface OldPolicy {
  readonly document: Policy;
  readonly foresight: Foresight;
}

/** Penalties weigh what people think that they should, not what they foretell. */
const PENALTIES: readonly string[] = [
  'INSPECTION_FAILED',
  'COUNTERFEIT_PROVEN',
  'PAID_FOR_REVIEWS',
  'FAKE_REVIEW_PROVEN',
];
/** More stars never weigh less for a subject, nor fewer less against it. From the strongest to the weakest. */
const CHAINS: readonly (readonly string[])[] = [
  ['REVIEW_1', 'REVIEW_2', 'REVIEW_3'],
  ['REVIEW_5', 'REVIEW_4'],
];
/** Evidence weaker than so many standard errors moves no mass. */
const LEAST_DEVIATIONS = 2;
export const LEAST_DEALS = 200; // of which each outcome at least
export const LEAST_OF_EACH = 20;

/** Every kind that the policy gives a mass, at mass 1 on its side, and bad mass unweighted: what histories are folded under. */
export const unitPolicy = (policy: Policy): Policy => ({
  ...policy,
  masses: Object.fromEntries(
    Object.entries(policy.masses).map(([kind, mass]): [string, Mass] => [
      kind,
      'good' in mass ? { good: 1 } : { bad: 1 },
    ]),
  ),
});

/**
 * Finds the prior and the masses under which what happened later is least surprising. The subject's own good deal stays at its
 * mass, because only proportions matter; a mass is drawn to what it was, so that little evidence moves it little.
 */
export function fitPolicy(policy: Policy, past: Histories, later: Histories, old: OldPolicy): Fit {
  const evidence = new Map(namedKinds(policy).map((kind) => [kind, weightOfEvidence(past, slotIn(policy, kind))]));
  const fitted = namedKinds(policy).filter((kind) => isToBeFitted(policy, kind, evidence.get(kind) ?? null));
  const found = fitGroups(past, startOf(policy), groupsOf(policy, fitted), chainsOf(policy));
  const document = withFound(policy, found.masses, found.prior);
  const before = old.foresight;
  const after = foresightUnder(document, later);
  const isBetter = before.logLoss !== null && after.logLoss !== null && after.logLoss < before.logLoss;
  const chosen = isBetter ? document : old.document;
  return {
    document: chosen,
    kinds: namedKinds(policy).map((kind) => ({
      kind,
      before: massOf(old.document, kind),
      after: massOf(chosen, kind),
      evidence: evidence.get(kind) ?? null,
      isFitted: fitted.includes(kind),
    })),
    learntFrom: { deals: sum(past.good) + sum(past.bad), bad: sum(past.bad) },
    before,
    after,
    isBetter,
  };
}

/** How well a policy foretells the later deals of histories. */
export function foresightUnder(policy: Policy, histories: Histories): Foresight {
  const { slots, masses, good, bad } = histories;
  const { weights, isBad, prior } = startOf(policy);
  return foresightOf(
    good.map((_, i) => {
      let [g, b] = [prior.good, prior.bad];
      for (let slot = 0; slot < slots; slot++) {
        const mass = weights[slot]! * masses[i * slots + slot]!;
        if (isBad[slot]) b += mass;
        else g += mass;
      }
      return { probability: b / (g + b), good: good[i]!, bad: bad[i]! };
    }),
  );
}

const namedKinds = (policy: Policy): string[] =>
  kindsOf(policy.subjectKind)
    .map(({ key }) => key)
    .filter((key) => Object.hasOwn(policy.masses, key));

const slotIn = (policy: Policy, kind: string): number => slotOf(kindOf(policy.subjectKind, kind).code);

const massOf = (policy: Policy, kind: string): number => {
  const mass = policy.masses[kind]!;
  return 'good' in mass ? mass.good : mass.bad;
};

/** A kind is fitted if it has a mass, is no yardstick and no penalty, and foretells on its side more than chance would. */
function isToBeFitted(policy: Policy, kind: string, evidence: WeightOfEvidence | null): boolean {
  if (massOf(policy, kind) === 0 || PENALTIES.includes(kind) || kind === yardstickOf(policy) || !evidence) return false;
  const isGood = 'good' in policy.masses[kind]!;
  const { weight, error } = evidence;
  return (isGood ? -weight : weight) >= LEAST_DEVIATIONS * error;
}

/** The kind whose mass stays: what a mass of 1 means. */
const yardstickOf = (policy: Policy): string | undefined =>
  kindsOf(policy.subjectKind).find(
    ({ key, isDeal }) => isDeal && 'good' in (policy.masses[key] ?? {}) && massOf(policy, key) > 0,
  )?.key;

/** Weights by slot, badWeight in those of the bad side. */
function startOf(policy: Policy) {
  const kinds = kindsOf(policy.subjectKind);
  const isBad = kinds.map(({ key }) => 'bad' in (policy.masses[key] ?? {}));
  const weights = kinds.map(({ key }, slot) =>
    Object.hasOwn(policy.masses, key) ? massOf(policy, key) * (isBad[slot] ? policy.badWeight : 1) : 0,
  );
  const { k, p0 } = policy.prior;
  return { weights, isBad, prior: { good: k * p0, bad: k * (1 - p0) } };
}

const groupsOf = (policy: Policy, kinds: readonly string[]): Group[] => kinds.map((kind) => [slotIn(policy, kind)]);

/** Of each chain the kinds that count, on the side of its first. */
function chainsOf(policy: Policy): readonly (readonly number[])[] {
  const sideOf = (kind: string) => Object.keys(policy.masses[kind]!)[0];
  return CHAINS.map((chain) => {
    const counting = chain.filter((kind) => Object.hasOwn(policy.masses, kind) && massOf(policy, kind) > 0);
    return counting.filter((kind) => sideOf(kind) === sideOf(counting[0]!)).map((kind) => slotIn(policy, kind));
  });
}

/** The policy with what was found, in numbers that people can read. */
function withFound(policy: Policy, weights: readonly number[], prior: { good: number; bad: number }): Policy {
  const k = prior.good + prior.bad;
  const masses = Object.entries(policy.masses).map(([kind, mass]): [string, Mass] => {
    const weight = weights[slotIn(policy, kind)]!;
    return [kind, 'good' in mass ? { good: readable(weight) } : { ...mass, bad: readable(weight / policy.badWeight) }];
  });
  return {
    ...policy,
    masses: Object.fromEntries(masses),
    prior: { k: readable(k), p0: Number((prior.good / k).toFixed(4)) },
  };
}

const readable = (value: number): number => Number(value.toPrecision(3));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
