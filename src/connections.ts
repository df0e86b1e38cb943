/** Of one process that answers: more at once, and Postgres is busier with them than with us. */
const LARGEST_POOL = 10;
/** A request that waits for a second connection must find one. */
const SMALLEST_POOL = 2;
/** Hears of changes that subscribers follow. */
const LISTENING = 1;
/** Those that deliver webhooks. */
const DELIVERING = 5;
/** Of the process that does what is to be done once, beside those that answer. */
const OF_THE_FIRST = LARGEST_POOL + DELIVERING;

/** How many connections so many processes need at least, all together. */
export const leastConnections = (processes: number): number =>
  OF_THE_FIRST + (processes === 1 ? LISTENING : processes * (SMALLEST_POOL + LISTENING));

/** How large the pool of each process that answers may be, so that all together hold no more than `connections`. */
export const poolSizeOf = (processes: number, connections: number): number =>
  processes === 1
    ? LARGEST_POOL
    : Math.min(LARGEST_POOL, Math.floor((connections - OF_THE_FIRST) / processes) - LISTENING);
