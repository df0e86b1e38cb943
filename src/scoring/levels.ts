/** From best to worst. */
export const BANDS = ['AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'C', 'D'] as const;
export type Band = (typeof BANDS)[number];
/** A grade's level. NOT_RATED while evidence is thin. */
export type Level = Band | 'NOT_RATED';
/** The bands that must be reached, from best to worst: all but D. */
export const CUT_BANDS = ['AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'C'] as const;
export type CutBand = (typeof CUT_BANDS)[number];
