import { CredenceError } from './errors.ts';

const LONGEST = 255;

/**
 * A key for a mutation. Made of what the call is about, such as ('redeem', orderId), it is the same however often your code comes
 * by, also after a restart; without anything it is new each time, and good for the retries of one call alone.
 */
export function idempotencyKey(...about: readonly (string | number)[]): string {
  if (about.length === 0) return crypto.randomUUID();
  const key = about.join('/');
  if (key.length > 0 && key.length <= LONGEST) return key;
  throw new CredenceError(
    'IDEMPOTENCY_KEY_INVALID',
    `A key has 1 to ${LONGEST} characters; this one has ${key.length}.`,
  );
}
