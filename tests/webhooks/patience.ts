import type { Patience } from '../../src/webhooks/retries.ts';

/** As in earnest, a thousand times as fast. */
export const QUICK: Patience = {
  firstMs: 40,
  factor: 1.5,
  longestMs: 200,
  forMs: 60_000,
  restAfter: 5,
  restMs: 20,
  longestRestMs: 100,
};
