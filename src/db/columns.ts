/** A statement's columns from rows: one array for each, as `unnest` takes them. */
export const columns = <Row>(rows: readonly Row[], ...values: readonly ((row: Row) => unknown)[]): unknown[][] =>
  values.map((value) => rows.map(value));

export const time = (instant: number | null): Date | null => (instant === null ? null : new Date(instant));
