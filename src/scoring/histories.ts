/**
 * What was known of subjects at one instant, and how their deals went afterwards. Subject i has its unit masses at
 * i·slots … (i+1)·slots − 1: the decayed sum of its postings of each kind, as if each kind had mass 1.
 */
export interface Histories {
  readonly slots: number;
  readonly masses: readonly number[];
  readonly good: readonly number[]; // later deals that went well
  readonly bad: readonly number[];
}
