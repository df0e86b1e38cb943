/**
 * When a volume of a ledger holds so many entries, it is closed at the end of the transaction, and gets its checkpoints. Fewer would
 * make more checkpoints, more would make more entries to fold beside them: 2048 are folded in some milliseconds.
 */
export const VOLUME_ENTRIES: number = 2048;

/** So many closed volumes in a row make a shelf, which has checkpoints of its own: their sums, so that there is less to add up. */
export const SHELF_VOLUMES: number = 16;
