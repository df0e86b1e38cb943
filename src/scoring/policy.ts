import type { SubjectKind } from '../kernel/subject.ts';
import type { Band, CutBand } from './levels.ts';

/** What a posting weighs before value, reliability and repetition, and on which side; 0 leaves its kind out of the score. */
export type Mass = { readonly good: number } | { readonly bad: number; readonly repeat?: Repeat };

/** An offence weighs so many times as much at each repetition, up to a mass of `most`. */
export interface Repeat {
  readonly times: number; // 1 or more
  readonly most: number;
}

/** More than mass must stand behind a high band: other people, and time. It guards its band and all above. */
export interface Gate {
  readonly level: CutBand;
  readonly counterparties: number; // distinct, at least
  readonly tradingDays: number; // whole days between the first and the last order, at least
  readonly deals?: number; // finished, at least; 0 where not given
}

/** What may hold of a subject beside its evidence, as other rooms know it. */
export const CONDITIONS = [
  'SANCTION_ACTIVE', // any of the three that follow
  'SANCTION_RESTRICTION',
  'SANCTION_SUSPENSION',
  'SANCTION_REMOVAL',
  'QUALIFICATION_MISSING',
  'QUALIFICATION_EXPIRED',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Whether a condition is among those that hold. */
export const holds = (condition: Condition, among: readonly Condition[]): boolean =>
  condition === 'SANCTION_ACTIVE' ? among.some((each) => each.startsWith('SANCTION_')) : among.includes(condition);

/** While the condition holds, no better level than this is given, whatever the score. */
export interface Cap {
  readonly when: Condition;
  readonly level: Band;
}

/** A reason's own wording by its code, in place of the house's. What stands in braces is filled in: see reason-texts.ts. */
export type ReasonTexts = Readonly<Partial<Record<'en' | 'zh-CN', Readonly<Record<string, string>>>>>;

/** The rules of one scale: versioned data, pure JSON. What each number does is told in README.md. */
export interface Policy {
  readonly key: string;
  readonly subjectKind: SubjectKind;
  readonly epoch: string; // RFC 3339, UTC: the instant at which a term's mass stands unscaled
  readonly masses: Readonly<Record<string, Mass>>; // by posting kind; a kind that is not named has mass 0
  readonly goodHalfLifeDays: number;
  readonly badHalfLifeDays: number;
  readonly badWeight: number;
  readonly prior: { readonly k: number; readonly p0: number }; // as if k deals had been seen, p0 of them good
  readonly scale: { readonly base: number; readonly pdo: number; readonly min: number; readonly max: number };
  readonly cuts: Readonly<Record<CutBand, number>>; // on the low score; below C's: D
  readonly minimum: { readonly counterparties: number; readonly deals: number }; // fewer: NOT_RATED
  readonly gates: readonly Gate[];
  readonly value: ValueRule;
  readonly reviewer: ReviewerRule;
  readonly caps?: readonly Cap[]; // none where not given
  readonly reasonTexts?: ReasonTexts;
  readonly approval?: { readonly persons: 1 | 2 }; // who must agree before it, or what replaces it, comes into force; 1 where not given
  readonly noticeDays?: number; // from the announcement of a change to its beginning, at least; 0 where not given
}

/** value = max(min, ceiling·x/(1+x)), x = amount / reference amount of its currency; 1 where either is unknown. */
export interface ValueRule {
  readonly min: number;
  readonly ceiling: number;
  readonly referenceAmounts: Readonly<Record<string, number>>; // by ISO 4217 code, in minor units
}

/** rho = rel·(floor + (1−floor)·E/(E+experienceHalf)). */
export interface ReviewerRule {
  readonly floorPurchase: number; // where the review cost a purchase
  readonly floorFree: number; // where it cost nothing
  readonly experienceHalf: number;
}
