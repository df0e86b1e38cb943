/**
 * A statement's columns from rows: one array for each, as `unnest` takes them, written as Postgres reads array literals
 * (https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO). Batches are large: `pg`'s own way to write them takes three times as long.
 */
export const columns = <Row>(rows: readonly Row[], ...values: readonly ((row: Row) => Cell)[]): string[] =>
  values.map((value) => `{${rows.map((row) => written(value(row))).join(',')}}`);

export type Cell = string | number | boolean | Date | Buffer | null | undefined;

/** What needs no quotes: no separator, brace, quote, backslash or white space in it. */
const PLAIN = /^[\w.:+-]+$/;

function written(cell: Cell): string {
  if (cell === null || cell === undefined) return 'null';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (typeof cell !== 'string') return cell instanceof Date ? cell.toISOString() : `"\\\\x${cell.toString('hex')}"`;
  if (PLAIN.test(cell) && cell.length !== 4) return cell; // four letters might be "null"
  return `"${cell.replaceAll(/["\\]/g, '\\$&')}"`;
}

export const time = (instant: number | null): Date | null => (instant === null ? null : new Date(instant));

/**
 * Rows as COPY takes them in its text format (https://www.postgresql.org/docs/18/sql-copy.html): for tables of which nothing is
 * there yet. Half the cost of an insert.
 */
export const copyText = <Row>(rows: readonly Row[], ...values: readonly ((row: Row) => Cell)[]): string =>
  rows.map((row) => `${values.map((value) => copied(value(row))).join('\t')}\n`).join('');

/** What COPY would take for a separator or an escape. */
const SPECIAL = /[\\\t\n\r]/;
const COPY_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copied(cell: Cell): string {
  if (cell === null || cell === undefined) return '\\N';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (typeof cell !== 'string') return cell instanceof Date ? cell.toISOString() : `\\\\x${cell.toString('hex')}`;
  return SPECIAL.test(cell) ? cell.replaceAll(/[\\\t\n\r]/g, (each) => COPY_ESCAPES[each]!) : cell;
}

/** Facts and whatever else has its place beside a merchant, as $1::uuid[], $2::uuid[]. */
export const keyColumns = (keys: readonly { readonly merchantId: string; readonly id: string }[]): string[] =>
  columns(
    keys,
    (each) => each.merchantId,
    (each) => each.id,
  );
