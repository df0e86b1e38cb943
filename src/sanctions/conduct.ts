/** How far a measure goes, mildest first. A public notice stands beside them: it tells of one. */
export const SANCTION_KINDS = [
  'WARNING',
  'POINTS_DEDUCTION',
  'RESTRICTION',
  'SUSPENSION',
  'REMOVAL',
  'PUBLIC_NOTICE',
] as const;
export type SanctionKind = (typeof SANCTION_KINDS)[number];
export const LADDER_KINDS = SANCTION_KINDS.filter((kind) => kind !== 'PUBLIC_NOTICE');

/** What an offence weighs on the ladder, in strikes. */
export interface Ground {
  readonly first: number; // the first one that a decision is about
  readonly further: number; // each other that the same decision is about
  readonly most: number; // one decision gives no more
  readonly texts: { readonly en: string; readonly 'zh-CN': string };
}

/** From so many strikes on, this is the measure that the ladder asks for. */
export interface LadderRung {
  readonly at: number;
  readonly kind: SanctionKind;
  readonly days: number | null; // how long it lasts; null: it is done at once, or until it is lifted
  readonly points: number; // credit points that it costs beside
  readonly publicNotice: boolean; // once nothing can be appealed any more, the public is told
}

/** The rules of measures: versioned data, pure JSON. */
export interface Conduct {
  readonly strikeDays: number; // after so many days a strike counts no more
  readonly appealDays: number; // how long a decision can be appealed
  readonly appealHours: number; // within so many hours an appeal is to be answered
  readonly grounds: Readonly<Record<string, Ground>>; // by code
  readonly steps: readonly LadderRung[]; // upwards
  readonly secondPerson: {
    readonly kinds: readonly SanctionKind[];
    readonly pointsAbove: number; // of one decision
    readonly reviewsAbove: number; // voided by one decision
  };
  readonly sources: Readonly<Record<string, string>>; // of the numbers; for who reads it
}

export interface ConductVersion {
  readonly version: number;
  readonly conduct: Conduct;
}
