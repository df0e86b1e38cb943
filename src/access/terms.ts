import type { SubjectKind } from '../kernel/subject.ts';

/** What a partner wants a grade for. */
export const PURPOSES = ['CREDIT_DECISION', 'ONBOARDING', 'DISPLAY'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const isPurpose = (text: string): text is Purpose => (PURPOSES as readonly string[]).includes(text);

/** By which header a request says so. */
export const PURPOSE_HEADER = 'credence-purpose';

/** What a partner has agreed to. */
export interface Terms {
  /** Whose grades it may take out. */
  readonly subjectKinds: readonly SubjectKind[];
  readonly purposes: readonly Purpose[];
  /** Subjects that it may take out in a UTC day. */
  readonly pullsPerDay: number;
  /** And how many of them at once; as many again after a minute. */
  readonly burst: number;
}

/** Those of a partner about whom nothing else was agreed; columns of the table default to the same. */
export const USUAL_TERMS: Terms = {
  subjectKinds: ['MERCHANT', 'PRODUCT'],
  purposes: ['ONBOARDING', 'DISPLAY'],
  pullsPerDay: 100_000,
  burst: 5_000,
};
