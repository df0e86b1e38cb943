/**
 * A column of instants as whole milliseconds since 1970: in a statement that reads many rows neither side need write or read dates. Exact,
 * where what was written was whole milliseconds: the seconds are off by a ten-thousandth of one at most.
 */
export const ms = (column: string, name: string): string => `round(date_part('epoch', ${column}) * 1000) as "${name}"`;
