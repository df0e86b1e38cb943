import type { SubjectKind } from '../kernel/subject.ts';
import { kindsOf, type PostingKind } from './kinds.ts';
import { CUT_BANDS, type Band } from './levels.ts';
import type { Gate, Policy, Repeat } from './policy.ts';

const DAY = 86_400_000;

/** What a policy says of one posting kind. */
export interface KindRule {
  readonly kind: PostingKind;
  readonly mass: number;
  readonly isBad: boolean;
  readonly repeat: Repeat; // of an offence
}

const ALIKE: Repeat = { times: 1, most: Number.POSITIVE_INFINITY };

/** A band, what opens it, and the next better one above it. */
export interface Rung {
  readonly level: Band;
  readonly cut: number; // −Infinity for D
  readonly gate: Gate | null;
}

/** A policy made ready for use: instants and half-lives in ms, rules in the order of the standing's arrays. */
export interface CompiledPolicy {
  readonly document: Policy;
  readonly subjectKind: SubjectKind;
  readonly epoch: number;
  readonly goodHalfLife: number;
  readonly badHalfLife: number;
  readonly priorGood: number; // G0 = k·p0
  readonly priorBad: number; // B0 = k·(1−p0)
  readonly rules: readonly KindRule[]; // by slot: the layout of kindsOf(subjectKind)
  readonly rulesByCode: readonly (KindRule | undefined)[];
  readonly ladder: readonly Rung[]; // from D upwards
}

export function compilePolicy(policy: Policy): CompiledPolicy {
  const rules = kindsOf(policy.subjectKind).map((kind) => ruleOf(kind, policy));
  const rulesByCode: (KindRule | undefined)[] = [];
  for (const rule of rules) rulesByCode[rule.kind.code] = rule;
  const { k, p0 } = policy.prior;
  return {
    document: policy,
    subjectKind: policy.subjectKind,
    epoch: Date.parse(policy.epoch),
    goodHalfLife: Math.round(policy.goodHalfLifeDays * DAY),
    badHalfLife: Math.round(policy.badHalfLifeDays * DAY),
    priorGood: k * p0,
    priorBad: k * (1 - p0),
    rules,
    rulesByCode,
    ladder: ladderOf(policy),
  };
}

function ruleOf(kind: PostingKind, policy: Policy): KindRule {
  const mass = policy.masses[kind.key];
  if (!mass) return { kind, mass: 0, isBad: false, repeat: ALIKE };
  if ('good' in mass) return { kind, mass: mass.good, isBad: false, repeat: ALIKE };
  return { kind, mass: mass.bad, isBad: true, repeat: mass.repeat ?? ALIKE };
}

function ladderOf({ cuts, gates }: Policy): readonly Rung[] {
  const lowest: Rung = { level: 'D', cut: Number.NEGATIVE_INFINITY, gate: null };
  const upwards = CUT_BANDS.toReversed();
  return [
    lowest,
    ...upwards.map((level) => ({ level, cut: cuts[level], gate: gates.find((gate) => gate.level === level) ?? null })),
  ];
}
