import { DAY_MS } from '../evidence/book.ts';
import type { Level } from '../scoring/levels.ts';
import type { Excluded, Metric, NextBand, PresetFactor, PresetGrade } from '../scoring/preset-grade.ts';
import type { Reason } from '../scoring/reasons.ts';
import { wordsOf } from '../scoring/preset-texts.ts';
import type { ActivePreset } from './policies.loaders.ts';

/** A metric as the API shows it: days as dates. */
export interface MetricRow extends Omit<Metric, 'window' | 'label'> {
  readonly labelled: (locale?: string | null) => string;
  readonly window: { readonly from: Date | null; readonly to: Date };
  readonly excluded: Excluded | null;
}

/** A merchant's grade by a platform's rules, in the shape of every other grade. It has no score: bands are all it gives. */
export class PresetSubjectGrade {
  readonly merchantId: string;
  readonly buyerId = null;
  readonly policy: ActivePreset;
  readonly asOf: Date;
  readonly knownAt: Date;
  readonly score = null;
  readonly interval = null;
  readonly exactScore = null;
  readonly baseScore = null;
  readonly #grade: PresetGrade;

  constructor(merchantId: string, policy: ActivePreset, grade: PresetGrade, asOf: number, knownAt: number) {
    this.merchantId = merchantId;
    this.policy = policy;
    this.asOf = new Date(asOf);
    this.knownAt = new Date(knownAt);
    this.#grade = grade;
  }

  get level(): Level {
    return this.#grade.band.level;
  }

  get band(): string {
    return this.#grade.band.key;
  }

  bandLabelled(locale?: string | null): string {
    return wordsOf(this.#grade.band.label, locale);
  }

  get evidence() {
    const { since, ...evidence } = this.#grade.evidence;
    return { ...evidence, since: since === null ? null : dateOf(since) };
  }

  get metrics(): readonly MetricRow[] {
    return this.#grade.metrics.map(({ label, window, ...metric }) => ({
      ...metric,
      labelled: (locale) => wordsOf(label, locale),
      window: { from: window.from === null ? null : dateOf(window.from), to: dateOf(window.to) },
    }));
  }

  get factors(): readonly PresetFactor[] {
    return this.#grade.factors;
  }

  get reasons(): readonly Reason[] {
    return this.#grade.reasons;
  }

  /** Of the reasons those that speak against it. */
  get against(): readonly Reason[] {
    return this.#grade.reasons.filter(({ points }) => points <= 0);
  }

  get next(): NextBand | null {
    return this.#grade.next;
  }
}

const dateOf = (day: number): Date => new Date(day * DAY_MS);
