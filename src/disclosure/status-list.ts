import { gunzipSync, gzipSync } from 'node:zlib';

/** How many entries a list has, used or not: the least that the specification allows, so that one says little of its holder. */
export const LIST_SIZE = 131_072;
const MOST_BYTES = 16 * 1024 * 1024; // of a list unpacked: what is larger is not ours

/**
 * Bitstring Status List v1.0 (https://www.w3.org/TR/vc-bitstring-status-list/): a bit an entry, the leftmost first; packed by gzip, in
 * base64url with its multibase prefix.
 */
export function packList(revoked: readonly number[]): string {
  const bits = Buffer.alloc(LIST_SIZE / 8);
  for (const place of revoked) bits[place >> 3]! |= 0x80 >> (place & 7);
  return `u${gzipSync(bits).toString('base64url')}`;
}

/** Whether the entry is set; null where the list is none, or has no such entry. */
export function isSet(packed: string, place: number): boolean | null {
  if (!packed.startsWith('u')) return null;
  try {
    const bits = gunzipSync(Buffer.from(packed.slice(1), 'base64url'), { maxOutputLength: MOST_BYTES });
    const byte = bits[place >> 3];
    return byte === undefined ? null : (byte & (0x80 >> (place & 7))) !== 0;
  } catch {
    return null;
  }
}
