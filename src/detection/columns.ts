/** Reviews by column, in order of time: what stage 2 reads. Reviewers and subjects are numbered from 0 without gaps. */
export interface ReviewColumns {
  readonly reviewers: Int32Array;
  readonly subjects: Int32Array;
  readonly times: Float64Array; // ms since 1970, never falling
  readonly valences: Int8Array; // hundredths of w: −100 for one star, 100 for five
  readonly reviewerCount: number;
  readonly subjectCount: number;
  /** Of a review that blames, whether all went well with its order as far as was told: 1, or 0. Left out where nothing is known of orders. */
  readonly wentWell?: Uint8Array;
}

/** Refuses what would be read wrongly: it is the caller's fault, not a user's. */
export function checkColumns({
  reviewers,
  subjects,
  times,
  valences,
  wentWell,
  reviewerCount,
  subjectCount,
}: ReviewColumns): void {
  const { length } = times;
  if (
    reviewers.length !== length ||
    subjects.length !== length ||
    valences.length !== length ||
    (wentWell ?? times).length !== length
  ) {
    throw new RangeError('the columns must be of one length');
  }
  for (let i = 0; i < length; i++) {
    if (i > 0 && !(times[i]! >= times[i - 1]!)) throw new RangeError(`row ${i} is earlier than the one before it`);
    if (reviewers[i]! < 0 || reviewers[i]! >= reviewerCount) throw new RangeError(`row ${i}: reviewer out of range`);
    if (subjects[i]! < 0 || subjects[i]! >= subjectCount) throw new RangeError(`row ${i}: subject out of range`);
  }
}

/** The rows of each owner, in their order: owner o has rows[starts[o]] to rows[starts[o + 1] − 1]. */
export interface Grouped {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** Groups rows by owner in two passes, without a comparison. Rows of which `keeps` is 0 are left out. */
export function groupBy(owners: Int32Array, ownerCount: number, keeps?: Uint8Array): Grouped {
  const starts = new Int32Array(ownerCount + 1);
  for (let i = 0; i < owners.length; i++) if (!keeps || keeps[i]) starts[owners[i]! + 1]!++;
  for (let owner = 0; owner < ownerCount; owner++) starts[owner + 1]! += starts[owner]!;
  const next = starts.slice(0, ownerCount);
  const rows = new Int32Array(starts[ownerCount]!);
  for (let i = 0; i < owners.length; i++) if (!keeps || keeps[i]) rows[next[owners[i]!]!++] = i;
  return { starts, rows };
}

/** One mark a row. (`from` over a typed array walks its iterator, some ten times slower.) */
export function marksWhere(length: number, holds: (row: number) => boolean): Uint8Array {
  const marks = new Uint8Array(length);
  for (let row = 0; row < length; row++) if (holds(row)) marks[row] = 1;
  return marks;
}

/** The numbers from 0 for which something holds, rising. */
export function indicesWhere(length: number, holds: (index: number) => boolean): Int32Array {
  const indices = new Int32Array(length);
  let size = 0;
  for (let index = 0; index < length; index++) if (holds(index)) indices[size++] = index;
  return indices.slice(0, size);
}
