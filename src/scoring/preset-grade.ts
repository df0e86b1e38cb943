import type { Factor } from './grade.ts';
import type { Level } from './levels.ts';
import type { PresetBand, Wording } from './preset-policy.ts';
import type { Reason } from './reasons.ts';

export type MetricUnit = 'RATE' | 'COUNT' | 'DAYS' | 'MONEY' | 'STARS' | 'POINTS';
export type TargetCondition = 'AT_MOST' | 'AT_LEAST';
export type MetricStatus = 'GOOD' | 'BAD' | 'NOT_ENOUGH_DATA';

/** One number that a platform's rules look at. Days are UTC days since 1970. */
export interface Metric {
  readonly key: string;
  readonly label: Wording;
  readonly unit: MetricUnit;
  readonly value: number | null; // null: nothing to take it of
  readonly numerator: number;
  readonly denominator: number;
  readonly distinctCounterparties: number; // of a rate: behind the faults; else behind all of it
  readonly target: number | null; // null: none
  readonly condition: TargetCondition;
  readonly status: MetricStatus; // GOOD where there is no target
  readonly window: { readonly from: number | null; readonly to: number }; // both days are in it; null: from the beginning
  readonly excluded: Excluded | null;
}

/** What was left out of a metric, and why. */
export interface Excluded {
  readonly value: number | null; // the metric's with all that in it
  readonly numerator: number; // events left out
  readonly denominator: number; // orders left out with them
  readonly grounds: readonly string[];
}

/** How much the answer rests on. */
export interface PresetEvidence {
  readonly postings: number;
  readonly goodMass: number;
  readonly badMass: number;
  readonly distinctCounterparties: number;
  readonly since: number | null; // day
}

export interface PresetFactor extends Factor {
  readonly label: Wording;
}

/** What lifts a merchant to the platform's next better band. */
export interface NextBand {
  readonly band: string;
  readonly level: Level;
  readonly points: number; // missing, where the platform gives points; else 0
  readonly suggestion: (locale?: string | null) => string;
}

export interface PresetGrade {
  readonly band: PresetBand;
  readonly evidence: PresetEvidence;
  readonly metrics: readonly Metric[];
  readonly factors: readonly PresetFactor[];
  readonly reasons: readonly Reason[];
  readonly next: NextBand | null;
}

export const MOST_REASONS = 4;
