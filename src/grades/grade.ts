import { isStaff } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import type { SubjectRow } from '../schema/subject.ts';
import {
  gradeOf,
  intervalOf,
  scoreOfTotals,
  type Balance,
  type Factor,
  type Grade,
  type Score,
} from '../scoring/grade.ts';
import type { Level } from '../scoring/levels.ts';
import { nextLevel, type NextLevel } from '../scoring/next.ts';
import { reasonsAgainst, reasonsOf, type Reason } from '../scoring/reasons.ts';
import { scoreWithout, type Otherwise } from '../scoring/without.ts';
import type { Awaitable } from '../kernel/awaitable.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { pastBalanceOf, standingAt, standingOf, type Standing } from './balances.loaders.ts';
import { pastInstant } from './instants.ts';
import {
  keptPolicy,
  policyUnknown,
  recentRules,
  retiredPolicy,
  type ActivePolicy,
  type ActivePreset,
  type ActiveRules,
} from './policies.loaders.ts';
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

/** By which rules, as they can be named again: KEY@VERSION. */
export const ruledBy = ({ policy: { key, version } }: AnyGrade): string => `${key}@${version}`;

export function gradeOfSubject(call: Call, subject: Gradable, asked: GradeQuestion): Awaitable<AnyGrade> {
  const asOf = pastInstant('asOf', asked.asOf, call.now);
  const knownAt = pastInstant('knownAt', asked.knownAt, call.now);
  const rules = recentRules(call);
  return rules instanceof Promise
    ? rules.then((known) => gradeUnder(known, call, subject, asked.policy, asOf, knownAt))
    : gradeUnder(rules, call, subject, asked.policy, asOf, knownAt);
}

function gradeUnder(
  { policies, presets }: ActiveRules,
  call: Call,
  subject: Gradable,
  name: string | null | undefined,
  asOf: number,
  knownAt: number,
): Awaitable<AnyGrade> {
  const preset = presetInForce(presets, subject.kind, name, call.now);
  if (preset) return gradeByPreset(call, subject, preset, asOf, knownAt);
  const kept = keptPolicy(policies, subject.kind, name, call.now, isStaff(call.actor));
  if (!kept || asOf !== call.now || knownAt !== call.now) return pastGrade(call, subject, kept, name, asOf, knownAt);
  const standing = standingOf(call, subject, kept);
  return standing instanceof Promise
    ? standing.then((found) => new SubjectGrade(subject, kept, found, asOf, knownAt))
    : new SubjectGrade(subject, kept, standing, asOf, knownAt);
}

async function gradeByPreset(
  call: Call,
  subject: Gradable,
  preset: ActivePreset,
  asOf: number,
  knownAt: number,
): Promise<AnyGrade> {
  const grade = await presetGradeOf(call, { merchantId: subject.id, preset, asOf, knownAt });
  return new PresetSubjectGrade(subject.id, preset, grade, asOf, knownAt);
}

/** From the ledger: of another moment, or under rules of which no standings are kept. */
async function pastGrade(
  call: Call,
  subject: Gradable,
  kept: ActivePolicy | undefined,
  name: string | null | undefined,
  asOf: number,
  knownAt: number,
): Promise<AnyGrade> {
  const policy = kept ?? (await retiredPolicy(call, subject.kind, name));
  if (!policy) throw policyUnknown(subject.kind, name);
  const balance = await pastBalanceOf(call, subject.id, policy, asOf, knownAt);
  return new SubjectGrade(subject, policy, standingAt(policy, balance), asOf, knownAt);
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
  readonly #asOf: number;
  readonly #knownAt: number;
  readonly band = null; // these two are what platforms have
  readonly metrics: readonly MetricRow[] = [];
  readonly #standing: Standing;
  readonly #score: Score;
  #details: Promise<Details> | undefined;

  constructor(subject: Gradable, policy: ActivePolicy, standing: Standing, asOf: number, knownAt: number) {
    this.merchantId = subject.kind === 'MERCHANT' ? subject.id : (subject.merchantId ?? null);
    this.buyerId = subject.kind === 'BUYER' ? subject.id : null;
    this.policy = policy;
    this.#asOf = asOf;
    this.#knownAt = knownAt;
    this.#standing = standing;
    this.#score = scoreOfTotals(policy.policy, standing.totals, asOf);
    this.level = this.#score.level;
    this.score = this.#score.score;
  }

  get asOf(): Date {
    return new Date(this.#asOf);
  }

  get knownAt(): Date {
    return new Date(this.#knownAt);
  }

  get interval(): Grade['interval'] {
    return intervalOf(this.policy.policy, this.#score);
  }

  /** What explains it comes of one reading of the balance, so that its points add up whatever happens meanwhile. */
  #explained(): Promise<Details> {
    return (this.#details ??= this.#standing.balance().then((balance) => ({
      balance,
      grade: gradeOf(this.policy.policy, balance, this.#asOf),
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
        without: scoreWithout(policy, balance, this.#asOf, reason.code),
      })),
    );
  }

  /** Of the reasons those that speak against it. */
  get against(): Promise<readonly Reason[]> {
    return this.#explained().then(({ grade }) => reasonsAgainst(this.policy.policy, grade));
  }

  get next(): Promise<NextLevel | null> {
    return this.#explained().then(({ balance }) => nextLevel(this.policy.policy, balance, this.#asOf));
  }
}

interface Details {
  readonly balance: Balance;
  readonly grade: Grade;
}
