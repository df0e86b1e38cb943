import { groupBy, type ReviewColumns } from './columns.ts';

/** What a review has to do with consensus. */
export const STANDING_OF = {
  NONE: 0, // it does not count, or no purchase stands behind it
  WITNESS: 1, // it says what the merchant is like, and was borne out before or cannot be
  ASKING: 2, // the same, and may be borne out by what comes after it
} as const;

/** A review that later ones bore out, and when they had. */
export interface BorneOut {
  readonly row: number;
  readonly at: number; // ms: when the last of those that were asked was written
}

/** So many later reviewers are asked, each once, the next ones of the same merchant. */
const WITNESSES = 5;
/** How far off their opinion may lie, of valences from −1 to 1: a star. */
const A_STAR = 0.5;
/** Witnesses that are not found among so many reviews are not looked for further. */
const MOST_LOOKED_AT = 100;

/**
 * Reviews that the next reviewers of the same merchant agree with, weighed by their reliability. `until`: what came later is too fresh to be
 * a witness, since it may yet be found to be fake. Linear: each review looks at a few that follow it.
 */
export function borneOut(
  columns: ReviewColumns,
  standings: Uint8Array, // by review, as in STANDING_OF
  reliabilities: Float32Array, // by review: its author's, just before
  until: number, // ms
  most = Number.POSITIVE_INFINITY, // to be found: then it is left at that
): BorneOut[] {
  const { subjects, times, valences, subjectCount } = columns;
  const { starts, rows } = groupBy(subjects, subjectCount);
  const witnesses = new Int32Array(WITNESSES);
  const found: BorneOut[] = [];
  for (let subject = 0; subject < subjectCount; subject++) {
    const end = starts[subject + 1]!;
    for (let place = starts[subject]!; place < end && found.length < most; place++) {
      const row = rows[place]!;
      if (standings[row] !== STANDING_OF.ASKING || times[row]! > until) continue;
      if (!findWitnesses(witnesses, columns, standings, rows.subarray(place, Math.min(end, place + MOST_LOOKED_AT))))
        continue;
      const at = times[witnesses[WITNESSES - 1]!]!;
      const opinion = opinionOf(witnesses, valences, reliabilities);
      if (at <= until && Math.abs(opinion - valences[row]! / 100) <= A_STAR) found.push({ row, at });
    }
  }
  return found.toSorted((a, b) => a.at - b.at || a.row - b.row);
}

/** Fills in the next reviews of the first one's merchant by others, each of somebody else; false where there are too few. */
function findWitnesses(
  witnesses: Int32Array,
  { reviewers }: ReviewColumns,
  standings: Uint8Array,
  rows: Int32Array, // the first is the review itself
): boolean {
  let found = 0;
  for (let next = 1; next < rows.length && found < WITNESSES; next++) {
    const row = rows[next]!;
    const who = reviewers[row]!;
    if (standings[row] === STANDING_OF.NONE || who === reviewers[rows[0]!]) continue;
    let known = 0;
    while (known < found && reviewers[witnesses[known]!] !== who) known++;
    if (known === found) witnesses[found++] = row;
  }
  return found === WITNESSES;
}

function opinionOf(witnesses: Int32Array, valences: Int8Array, reliabilities: Float32Array): number {
  let [sum, weight] = [0, 0];
  for (const row of witnesses) {
    sum += (reliabilities[row]! * valences[row]!) / 100;
    weight += reliabilities[row]!;
  }
  return sum / weight;
}
