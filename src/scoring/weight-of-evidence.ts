import type { Histories } from './histories.ts';

/** How much more, or less, likely a later bad deal is at those who have more of one kind of fact than others. */
export interface WeightOfEvidence {
  readonly weight: number; // log of the odds ratio; above 0 it speaks against
  readonly error: number; // its standard error
  readonly subjects: number; // that have such facts
}

const LEAST_SUBJECTS = 30;

/**
 * Splits subjects by whether the kind has a larger share in what is known of them than it has in what is known of all, and
 * compares the odds of their later deals going badly. Null where too few have any.
 */
export function weightOfEvidence({ slots, masses, good, bad }: Histories, slot: number): WeightOfEvidence | null {
  let [total, ofKind, subjects] = [0, 0, 0];
  const totals = good.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < slots; j++) sum += masses[i * slots + j]!;
    total += sum;
    const own = masses[i * slots + slot]!;
    ofKind += own;
    if (own > 0) subjects++;
    return sum;
  });
  if (subjects < LEAST_SUBJECTS) return null;
  const usual = ofKind / total;
  const cells = { moreGood: 0.5, moreBad: 0.5, lessGood: 0.5, lessBad: 0.5 }; // Haldane and Anscombe's halves against zeros
  totals.forEach((sum, i) => {
    const isMore = masses[i * slots + slot]! > usual * sum;
    cells[isMore ? 'moreGood' : 'lessGood'] += good[i]!;
    cells[isMore ? 'moreBad' : 'lessBad'] += bad[i]!;
  });
  const { moreGood, moreBad, lessGood, lessBad } = cells;
  return {
    weight: Math.log(moreBad / moreGood / (lessBad / lessGood)),
    error: Math.sqrt(1 / moreGood + 1 / moreBad + 1 / lessGood + 1 / lessBad),
    subjects,
  };
}
