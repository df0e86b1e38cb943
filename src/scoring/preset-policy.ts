import type { Level } from './levels.ts';
import type { OrderBase, OrderFault } from './preset-facts.ts';

/**
 * A big platform's published rules as data. They keep no standings: a grade by them is worked out from the facts of their windows
 * when it is asked for.
 */
export type PresetPolicy = LevelsPreset | StandardsPreset | StarsPreset;

/** In the languages that grades are explained in. */
export interface Wording {
  readonly en: string;
  readonly 'zh-CN': string;
}

/** Where a number was seen. */
export interface Source {
  readonly mark: 'S' | 'T' | 'K' | 'O'; // the owner's own page, a third party's, known but not confirmed, our own choice
  readonly title: string;
  readonly url: string | null;
  readonly date: string; // when it was last seen there: 2026-11-22, or 2026-11
}

/** A number with the key of its source. */
export interface Sourced {
  readonly value: number;
  readonly source: string;
}

interface PresetHead {
  readonly key: string;
  readonly subjectKind: 'MERCHANT';
  readonly label: Wording;
  readonly notes: readonly string[]; // what of the platform's rules is not in it, or stands for what facts cannot tell
  readonly sources: Readonly<Record<string, Source>>;
}

/** One of the platform's own grades, and the level of ours that stands for it. */
export interface PresetBand {
  readonly key: string;
  readonly label: Wording;
  readonly level: Level;
}

/** Points for each rating, added up for ever, and ranks at so many points: Taobao. */
export interface LevelsPreset extends PresetHead {
  readonly method: 'LEVELS';
  readonly metric: Wording;
  readonly points: { readonly good: Sourced; readonly neutral: Sourced; readonly bad: Sourced };
  readonly stars: { readonly goodFrom: Sourced; readonly badTo: Sourced }; // what stands between them is neutral
  readonly sameBuyerCap: Sourced; // points for or against, from one buyer in one calendar month (UTC)
  readonly dimensions: { readonly windowDays: Sourced; readonly labels: Readonly<Record<Dimension, Wording>> };
  readonly unranked: PresetBand; // below the first rank
  readonly ranks: readonly (PresetBand & { readonly atLeast: Sourced })[]; // upwards
}

/** The sides of a deal that reviews give stars for, in the order in which they are stored. */
export const DIMENSION_KEYS = ['description', 'service', 'logistics'] as const;
export type Dimension = (typeof DIMENSION_KEYS)[number];

/** Rates over windows of days, each with its limits, and bands that ask for all of theirs: eBay, Amazon, Mercado Libre. */
export interface StandardsPreset extends PresetHead {
  readonly method: 'STANDARDS';
  readonly lookBack: LookBack | null; // null: every metric has a window of its own
  readonly minimum: PresetBand & { readonly orders: Sourced; readonly of: OrderBase }; // the band of who has fewer
  readonly metrics: readonly MetricRule[];
  readonly standard: string; // the band that is expected of everyone: metrics are held against its limits
  readonly bands: readonly StandardBand[]; // the best first; the last asks for nothing
}

/** So many days where there are enough orders in them, else more. */
export interface LookBack {
  readonly days: Sourced;
  readonly enough: Sourced; // orders
  readonly of: OrderBase;
  readonly elseDays: Sourced;
}

export type MetricRule = {
  readonly key: string;
  readonly label: Wording;
  readonly windowDays: Sourced | null; // null: the look-back
} & (
  | {
      readonly unit: 'RATE';
      readonly of: OrderBase;
      readonly counts: 'WITH' | 'WITHOUT';
      readonly faults: readonly OrderFault[];
    }
  | { readonly unit: 'COUNT'; readonly of: OrderBase }
  | { readonly unit: 'DAYS' } // since the first order
  | { readonly unit: 'MONEY'; readonly currency: string; readonly minorUnits: number } // of the orders in this currency; 100 cents
);

export interface StandardBand extends PresetBand {
  readonly limits: Readonly<Record<string, Limit>>; // by metric
}

/** A rate of orders with a fault must not lie above it, all else not below. */
export interface Limit extends Sourced {
  readonly counterparties: number | null; // however high the rate, faults with so many different buyers are forgiven
  readonly events: number | null; // as above, so many orders with a fault
}

/** A mean of stars that begins with a few of the platform's own and forgets the old: Trustpilot. */
export interface StarsPreset extends PresetHead {
  readonly method: 'STARS';
  readonly metric: Wording;
  readonly prior: { readonly reviews: Sourced; readonly stars: Sourced };
  readonly halfLifeDays: Sourced;
  readonly step: Sourced; // stars are shown to the nearest
  readonly unrated: PresetBand; // without reviews
  readonly bands: readonly (PresetBand & { readonly atLeast: Sourced })[]; // the best first, on the stars as shown
}
