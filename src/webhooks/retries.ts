const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How failures are met. In ms. */
export interface Patience {
  /** After the first failure of a delivery. Each further one waits `factor` times as long. */
  readonly firstMs: number;
  readonly factor: number;
  readonly longestMs: number;
  /** From the first attempt on: then the endpoint is disabled. */
  readonly forMs: number;
  /** So many failures in a row, of whatever deliveries: the endpoint is left alone for a while. */
  readonly restAfter: number;
  readonly restMs: number; // doubles with each further failure
  readonly longestRestMs: number;
}

/** 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, then every 4 hours, for 24 hours: each a quarter sooner or later by chance. */
export const PATIENCE: Patience = {
  firstMs: 5 * SECOND_MS,
  factor: 4,
  longestMs: 4 * HOUR_MS,
  forMs: 24 * HOUR_MS,
  restAfter: 5,
  restMs: 15 * SECOND_MS,
  longestRestMs: 15 * MINUTE_MS,
};

/** What is known of a delivery that has failed just now. Instants are ms since 1970. */
export interface Failure {
  readonly attempts: number; // with this one
  readonly firstAttemptAt: number;
  readonly retryAfterMs: number | null; // what the receiver asked for
}

/**
 * When to try again; null: no more. `chance` is from 0 to 1, so that those who failed together do not come back together. The last attempt
 * is made when patience ends.
 */
export function nextAttempt(
  patience: Patience,
  { attempts, firstAttemptAt, retryAfterMs }: Failure,
  now: number,
  chance: number,
): number | null {
  const end = firstAttemptAt + patience.forMs;
  if (now >= end) return null;
  const usual = Math.min(patience.longestMs, patience.firstMs * patience.factor ** (attempts - 1));
  const pause = Math.max(usual * (0.75 + chance / 2), Math.min(retryAfterMs ?? 0, patience.longestMs));
  return Math.min(end, Math.ceil(now + pause));
}

/** Until when an endpoint is left alone after so many failures in a row; null: it is not. */
export function restUntil(patience: Patience, failures: number, now: number): number | null {
  const beyond = failures - patience.restAfter;
  return beyond < 0 ? null : now + Math.min(patience.longestRestMs, patience.restMs * 2 ** Math.min(beyond, 20));
}
