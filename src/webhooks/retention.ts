const DAY_MS = 86_400_000;

/** For so long a message and its deliveries are kept, and can be replayed; and for so long an endpoint may be disabled and miss nothing. */
export const KEPT_DAYS = 30;

/** What is older than this is forgotten; an endpoint that was disabled before it is no longer kept in mind when something happens. */
export const keptSince = (now: number): Date => new Date(now - KEPT_DAYS * DAY_MS);
