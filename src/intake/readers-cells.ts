import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { Rejection } from './checks.ts';

const QUOTE = 0x22;
const NEWLINE = Buffer.from('\n');
const notUtf8 = () => new Rejection('TEXT_INVALID', 'the row is not UTF-8');

/**
 * The cells of rows that are whole by themselves. Those with quotes go through csv-parse, all at once; the others are split
 * at their delimiters, which is the same and 15 times as fast (a row of 21 columns: 0.5 µs against 8).
 */
export function cellsOf(rows: readonly Buffer[], delimiter: string): (readonly string[] | Rejection)[] {
  const cells: (readonly string[] | Rejection)[] = Array.from({ length: rows.length });
  const quoted: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!isUtf8(row)) cells[i] = notUtf8();
    else if (row.includes(QUOTE)) quoted.push(i);
    else cells[i] = row.toString().split(delimiter);
  }
  const parsed = parseQuoted(
    quoted.map((i) => rows[i]!),
    delimiter,
  );
  quoted.forEach((i, n) => (cells[i] = parsed[n]!));
  return cells;
}

function parseQuoted(rows: readonly Buffer[], delimiter: string): string[][] {
  if (rows.length === 0) return [];
  const document = Buffer.concat(rows.flatMap((row) => [row, NEWLINE]));
  const parsed: string[][] = parse(document, { delimiter, record_delimiter: '\n', relax_column_count: true });
  if (parsed.length !== rows.length) throw new Error(`csv-parse found ${parsed.length} rows in ${rows.length}`);
  return parsed;
}

/** The value of one line of JSON. */
export function jsonOf(line: Buffer): unknown {
  if (!isUtf8(line)) return notUtf8();
  try {
    return JSON.parse(line.toString());
  } catch (error) {
    const complaint = error instanceof Error ? error.message.slice(0, 120) : '';
    return new Rejection('JSON_MALFORMED', `the line is not JSON: ${complaint}`);
  }
}
