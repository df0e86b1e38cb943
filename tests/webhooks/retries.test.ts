import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAttempt, PATIENCE, restUntil } from '../../src/webhooks/retries.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** When a delivery that always fails is tried, each attempt taking no time. */
function attempts(chance: () => number, retryAfterMs: number | null = null): number[] {
  const at = [0];
  for (;;) {
    const next = nextAttempt(PATIENCE, { attempts: at.length, firstAttemptAt: 0, retryAfterMs }, at.at(-1)!, chance());
    if (next === null) return at;
    at.push(next);
  }
}

describe('a delivery that fails', () => {
  it('is tried again after 5 s, then ever more rarely, for 24 hours', () => {
    const pauses = attempts(() => 0.5).map((at, i, all) => at - (all[i - 1] ?? 0));

    expect(pauses.slice(1, 7)).toEqual([5_000, 20_000, 80_000, 320_000, 1_280_000, 5_120_000]);
    expect(Math.max(...pauses)).toBe(4 * 60 * MINUTE_MS);
    expect(attempts(() => 0.5).at(-1)).toBe(DAY_MS);
  });

  it('is tried for the last time at the end of the 24 hours, whatever chance does', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (chances) => {
        const all = attempts(() => chances.next().value!);

        expect(all.at(-1)).toBe(DAY_MS);
        expect(all.length).toBeGreaterThan(8);
        expect(all.length).toBeLessThan(20);
        expect(all).toEqual(all.toSorted((a, b) => a - b));
      }),
    );
  });

  it('comes back a quarter sooner or later, so that those who failed together do not come back together', () => {
    const failure = { attempts: 2, firstAttemptAt: 0, retryAfterMs: null };

    expect(nextAttempt(PATIENCE, failure, 0, 0)).toBe(15_000);
    expect(nextAttempt(PATIENCE, failure, 0, 1)).toBe(25_000);
  });

  it('waits for as long as the receiver asks, up to four hours', () => {
    const asking = (retryAfterMs: number) =>
      nextAttempt(PATIENCE, { attempts: 1, firstAttemptAt: 0, retryAfterMs }, 0, 0.5);

    expect(asking(1_000)).toBe(5_000);
    expect(asking(10 * MINUTE_MS)).toBe(10 * MINUTE_MS);
    expect(asking(30 * DAY_MS)).toBe(240 * MINUTE_MS);
  });
});

describe('an endpoint that fails', () => {
  it('is left alone after five failures in a row, for up to a quarter of an hour', () => {
    const rests = [1, 4, 5, 6, 7, 20, 1_000_000].map((failures) => restUntil(PATIENCE, failures, 0));

    expect(rests).toEqual([null, null, 15_000, 30_000, 60_000, 15 * MINUTE_MS, 15 * MINUTE_MS]);
  });
});
