import { isStaff } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { SubjectRow } from '../schema/subject.ts';
import {
  gradeOf,
  intervalOf,
  scoreOfTotals,
  totalsOf,
  type Balance,
  type Factor,
  type Grade,
  type Score,
} from '../scoring/grade.ts';
import type { Level } from '../scoring/levels.ts';
import { nextLevel, type NextLevel } from '../scoring/next.ts';
import { reasonsOf, type Reason } from '../scoring/reasons.ts';
import { scoreWithout, type Otherwise } from '../scoring/without.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { pastBalanceOf, standingOf, type Standing } from './balances.loaders.ts';
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
  if (isStanding) return new SubjectGrade(subject, policy, await standingOf(call, subject.id, policy), asOf, knownAt);
  const balance = await pastBalanceOf(call, subject.id, policy, asOf, knownAt);
  const past = { totals: totalsOf(policy.policy, balance), balance: () => Promise.resolve(balance) };
  return new SubjectGrade(subject, policy, past, asOf, knownAt);
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
  readonly #standing: Standing;
  readonly #score: Score;
  #details: Promise<Details> | undefined;

  constructor(subject: Gradable, policy: ActivePolicy, standing: Standing, asOf: number, knownAt: number) {
    this.merchantId = subject.kind === 'MERCHANT' ? subject.id : (subject.merchantId ?? null);
    this.buyerId = subject.kind === 'BUYER' ? subject.id : null;
    this.policy = policy;
    this.asOf = new Date(asOf);
    this.knownAt = new Date(knownAt);
    this.#standing = standing;
    this.#score = scoreOfTotals(policy.policy, standing.totals, asOf);
    this.level = this.#score.level;
    this.score = this.#score.score;
  }

  get interval(): Grade['interval'] {
    return intervalOf(this.policy.policy, this.#score);
  }

  /** What explains it comes of one reading of the balance, so that its points add up whatever happens meanwhile. */
  #explained(): Promise<Details> {
    return (this.#details ??= this.#standing.balance().then((balance) => ({
      balance,
      grade: gradeOf(this.policy.policy, balance, this.asOf.getTime()),
    })));
  }

  get evidence() {
    return this.#explained().then(({ balance: { counterparties, firstDay }, grade }) => {
      const { postings, goodMass, badMass } = grade;
      const since = firstDay === null ? null : new Date(firstDay);
      return { postings, goodMass, badMass, distinctCounterparties: counterparties, since };
    });
  }

  /** None while there is no score: together they would tell it. */
  get factors(): Promise<readonly SubjectFactor[]> {
    const { subjectKind } = this.policy;
    return this.#explained().then(({ grade: { level, factors } }) =>
      level === 'NOT_RATED' ? [] : factors.map((factor) => ({ ...factor, subjectKind })),
    );
  }

  get exactScore(): Promise<number | null> {
    return this.#explained().then(({ grade: { level, exactScore } }) => (level === 'NOT_RATED' ? null : exactScore));
  }

  get baseScore(): Promise<number | null> {
    return this.#explained().then(({ grade: { level, baseScore } }) => (level === 'NOT_RATED' ? null : baseScore));
  }

  get reasons(): Promise<readonly CounterReason[]> {
    const { policy } = this.policy;
    return this.#explained().then(({ balance, grade }) =>
      reasonsOf(policy, grade).map((reason) => ({
        ...reason,
        without: scoreWithout(policy, balance, this.asOf.getTime(), reason.code),
      })),
    );
  }

  get next(): Promise<NextLevel | null> {
    return this.#explained().then(({ balance }) => nextLevel(this.policy.policy, balance, this.asOf.getTime()));
  }
}

interface Details {
  readonly balance: Balance;
  readonly grade: Grade;
}
