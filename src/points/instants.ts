/** An instant as a JS number, ms since 1970; 'infinity' is Infinity. For a list of columns. */
export const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** Such a number as Postgres reads it. */
export const stamp = (instant: number): string => (instant === Infinity ? 'infinity' : new Date(instant).toISOString());
