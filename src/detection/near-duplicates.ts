import { BANDS, bandsOf, likenessOf, signatureOf } from './minhash.ts';
import { jaccardOf, shinglesOf } from './shingles.ts';

/** From this Jaccard on texts are near-duplicates. */
export const NEAR = 0.8;
/** Signatures guess Jaccard with a deviation of 0.05: from this guess on it is counted. */
const WORTH_A_LOOK = 0.65;
/** Of texts that share a band, how many earlier ones are compared: what thousands say word for word is found by the latest of them. */
const MOST_COMPARED = 8;
/** Shorter texts ("Good", "很好") are alike without being copied. */
const LEAST_SHINGLES = 5;

/** A text as an index keeps it. */
export interface TextMark {
  readonly signature: Uint32Array;
  readonly bands: Uint32Array;
}

/** The mark of a text; null where it is too short for likeness to mean anything. */
export function markOf(text: string): TextMark | null {
  const shingles = shinglesOf(text);
  if (shingles.length < LEAST_SHINGLES) return null;
  const signature = signatureOf(shingles);
  return { signature, bands: bandsOf(signature) };
}

/** What an incremental index must offer; a table (band, key, text) serves as well as memory. */
export interface TextIndex {
  /** Earlier texts that share a band with this one: the latest few a band, without repetition. */
  near(mark: TextMark): Iterable<{ readonly id: number; readonly signature: Uint32Array }>;
  add(id: number, mark: TextMark): void;
}

/** An index in memory. Linear: each band remembers only its latest few texts. */
export function textIndex(): TextIndex {
  const signatures = new Map<number, Uint32Array>();
  const buckets = Array.from({ length: BANDS }, () => new Map<number, number[]>());
  return {
    *near({ bands }) {
      const seen = new Set<number>();
      for (let band = 0; band < BANDS; band++) {
        for (const id of buckets[band]!.get(bands[band]!) ?? []) {
          if (seen.has(id)) continue;
          seen.add(id);
          yield { id, signature: signatures.get(id)! };
        }
      }
    },
    add(id, { signature, bands }) {
      signatures.set(id, signature);
      buckets.forEach((bucket, band) => remember(bucket, bands[band]!, id));
    },
  };
}

function remember(bucket: Map<number, number[]>, key: number, id: number): void {
  const ids = bucket.get(key);
  if (!ids) bucket.set(key, [id]);
  else if (ids.push(id) > MOST_COMPARED) ids.shift();
}

export interface Likeness {
  readonly other: number; // index of the text that is most like it; −1 for none
  readonly likeness: number; // 0 where there is none
}

/**
 * For each text the one most like it by another author, earlier or later, of Jaccard 0.8 or more. Linear in the texts.
 * `authors` are any numbers; nobody is held to repeat somebody else by repeating themselves.
 */
export function nearDuplicates(texts: readonly (string | null)[], authors: ArrayLike<number>): Likeness[] {
  const found: Likeness[] = texts.map(() => ({ other: -1, likeness: 0 }));
  const index = textIndex();
  for (const [at, text] of texts.entries()) {
    const mark = text === null ? null : markOf(text);
    if (!mark) continue;
    for (const { id, signature } of index.near(mark)) {
      if (authors[id] === authors[at] || likenessOf(mark.signature, signature) < WORTH_A_LOOK) continue;
      const likeness = jaccardOf(shinglesOf(text!), shinglesOf(texts[id]!));
      if (likeness < NEAR) continue;
      if (likeness > found[at]!.likeness) found[at] = { other: id, likeness };
      if (likeness > found[id]!.likeness) found[id] = { other: at, likeness };
    }
    index.add(at, mark);
  }
  return found;
}
