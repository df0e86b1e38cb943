import { randomFillSync } from 'node:crypto';

const pool = new Uint8Array(16 * 256);
let next = pool.length;

/**
 * A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then randomness; so that new rows land at an index's end.
 * The instant is passed in, because the ground floor has no clock.
 */
export function newId(now: number): string {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const bytes = pool.subarray(next, (next += 16));
  for (let i = 5, rest = now; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
