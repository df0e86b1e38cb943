import { mixed } from './shingles.ts';

/** Numbers a signature; with BANDS of ROWS each, texts of Jaccard 0.8 share a band with probability 0.9998, of 0.4 with 0.34. */
export const SIGNATURE_LENGTH = 64;
export const BANDS = 16;
const ROWS = SIGNATURE_LENGTH / BANDS;

/** Seeds of the hash functions: fixed, since signatures are stored. */
const SEEDS = Uint32Array.from({ length: SIGNATURE_LENGTH }, (_, i) => mixed(Math.imul(i + 1, 0x9e3779b9)));

/**
 * The least hash of the shingles under each of 64 hash functions: two texts agree in a place as often as their shingles overlap.
 * All ones for no shingles.
 *
 * After A. Broder, "On the resemblance and containment of documents", 1997.
 */
export function signatureOf(shingles: Uint32Array): Uint32Array {
  const signature = new Uint32Array(SIGNATURE_LENGTH).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let i = 0; i < SIGNATURE_LENGTH; i++) {
      const hash = mixed(shingle ^ SEEDS[i]!);
      if (hash < signature[i]!) signature[i] = hash;
    }
  }
  return signature;
}

/** The share of places in which signatures agree: Jaccard, with a deviation of at most 0.0625. */
export function likenessOf(one: Uint32Array, other: Uint32Array): number {
  let same = 0;
  for (let i = 0; i < SIGNATURE_LENGTH; i++) if (one[i] === other[i]) same++;
  return same / SIGNATURE_LENGTH;
}

/** One key a band. Texts that share any key, in its place, are worth comparing: a table of (band, key) finds them. */
export function bandsOf(signature: Uint32Array): Uint32Array {
  const keys = new Uint32Array(BANDS);
  for (let band = 0; band < BANDS; band++) {
    let key = mixed(band + 1);
    for (let row = 0; row < ROWS; row++) key = mixed(key ^ signature[band * ROWS + row]!);
    keys[band] = key;
  }
  return keys;
}
