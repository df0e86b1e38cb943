/** Rows in one transaction by the way that takes everything in: the more, the more memory it takes. */
export const UNIT_ROWS: number = 8_000;

/**
 * Rows in one transaction of new orders alone, which takes a tenth of that: the more, the more seldom a balance is written, and the longer it is
 * until the first one is.
 */
export const BATCH_ROWS: number = 24_000;

/** Rows that are in memory at once. */
export const PART_ROWS: number = 500;
