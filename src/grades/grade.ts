import { isStaff } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { SubjectRow } from '../schema/subject.ts';
import { gradeOf, scoreOf, type Balance, type Factor, type Grade } from '../scoring/grade.ts';
import type { Level } from '../scoring/levels.ts';
import { nextLevel, type NextLevel } from '../scoring/next.ts';
import { reasonsOf, type Reason } from '../scoring/reasons.ts';
import { scoreWithout, type Otherwise } from '../scoring/without.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { balanceOf, pastBalanceOf } from './balances.loaders.ts';
import { pastInstant } from './instants.ts';
import { keptPolicy, policyUnknown, recentRules, retiredPolicy, type ActivePolicy } from './policies.loaders.ts';
import { PresetSubjectGrade, type MetricRow } from './preset-grade.ts';
import { presetGradeOf, presetInForce } from './preset-grades.loaders.ts';

/** At which coordinates a grade is asked for. */
export interface GradeQuestion {
  readonly asOf?: Date | null | undefined;
  readonly knownAt?: Date | null | undefined;
  readonly policy?: string | null | undefined;
}

/** What is graded, and whose business its details are. */
export type Gradable = SubjectRow & { readonly merchantId?: string };

/** By a policy of the house, or by the rules of a platform. */
export type AnyGrade = SubjectGrade | PresetSubjectGrade;

export async function gradeOfSubject(call: Call, subject: Gradable, asked: GradeQuestion): Promise<AnyGrade> {
  const asOf = pastInstant('asOf', asked.asOf, call.now);
  const knownAt = pastInstant('knownAt', asked.knownAt, call.now);
  const { policies, presets } = await recentRules(call);
  const preset = presetInForce(presets, subject.kind, asked.policy, call.now);
  if (preset) {
    const grade = await presetGradeOf(call, { merchantId: subject.id, preset, asOf, knownAt });
    return new PresetSubjectGrade(subject.id, preset, grade, asOf, knownAt);
  }
  const kept = keptPolicy(policies, subject.kind, asked.policy, call.now, isStaff(call.actor));
  const policy = kept ?? (await retiredPolicy(call, subject.kind, asked.policy));
  if (!policy) throw policyUnknown(subject.kind, asked.policy);
  const isStanding = kept !== undefined && asOf === call.now && knownAt === call.now;
  const balance = isStanding
    ? await balanceOf(call, subject.id, policy)
    : await pastBalanceOf(call, subject.id, policy, asOf, knownAt);
  return new SubjectGrade(subject, policy, balance, asOf, knownAt);
}

/** A factor or a reason with the subject kind that it is worded for. */
export type SubjectFactor = Factor & { readonly subjectKind: SubjectKind };

/** A reason with what would be seen without it. */
export type CounterReason = Reason & { readonly without: Otherwise | null };

/** A subject's grade at its coordinates. The level is worked out at once; what explains it, when it is asked for. */
export class SubjectGrade {
  /** Whose own it is: the merchant's, as that of its products, or the buyer's. */
  readonly merchantId: string | null;
  readonly buyerId: string | null;
  readonly level: Level;
  readonly score: number | null;
  readonly policy: ActivePolicy;
  readonly asOf: Date;
  readonly knownAt: Date;
  readonly band = null; // these two are what platforms have
  readonly metrics: readonly MetricRow[] = [];
  readonly #balance: Balance;
  #grade: Grade | undefined;

  constructor(subject: Gradable, policy: ActivePolicy, balance: Balance, asOf: number, knownAt: number) {
    this.merchantId = subject.kind === 'MERCHANT' ? subject.id : (subject.merchantId ?? null);
    this.buyerId = subject.kind === 'BUYER' ? subject.id : null;
    this.policy = policy;
    this.asOf = new Date(asOf);
    this.knownAt = new Date(knownAt);
    this.#balance = balance;
    const { level, score } = scoreOf(policy.policy, balance, asOf);
    this.level = level;
    this.score = score;
  }

  get #details(): Grade {
    return (this.#grade ??= gradeOf(this.policy.policy, this.#balance, this.asOf.getTime()));
  }

  get interval(): Grade['interval'] {
    return this.#details.interval;
  }

  get evidence() {
    const { postings, goodMass, badMass } = this.#details;
    const { counterparties, firstDay } = this.#balance;
    const since = firstDay === null ? null : new Date(firstDay);
    return { postings, goodMass, badMass, distinctCounterparties: counterparties, since };
  }

  /** None while there is no score: together they would tell it. */
  get factors(): readonly SubjectFactor[] {
    if (this.score === null) return [];
    return this.#details.factors.map((factor) => ({ ...factor, subjectKind: this.policy.subjectKind }));
  }

  get exactScore(): number | null {
    return this.score === null ? null : this.#details.exactScore;
  }

  get baseScore(): number | null {
    return this.score === null ? null : this.#details.baseScore;
  }

  get reasons(): readonly CounterReason[] {
    const { policy } = this.policy;
    return reasonsOf(policy, this.#details).map((reason) => ({
      ...reason,
      without: scoreWithout(policy, this.#balance, this.asOf.getTime(), reason.code),
    }));
  }

  get next(): NextLevel | null {
    return nextLevel(this.policy.policy, this.#balance, this.asOf.getTime());
  }
}
