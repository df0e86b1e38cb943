import { Refusal } from '../kernel/refusal.ts';
import { Rejection } from './checks.ts';
import type { Envelope } from './event.ts';
import { columnsOf, type Mapping } from './mapping.ts';
import { cellsOf } from './readers-cells.ts';
import type { Input } from './readers-files.ts';
import type { Reading } from './readers.ts';
import { rowsOf, type Row } from './readers-rows.ts';
import { rowReaderOf, SKIPPED } from './rows.ts';
import type { Header } from './rows-values.ts';

/** Reads a CSV file by a mapping. A header that does not fit is refused before anything is read. */
export function openCsv(input: Input, mapping: Mapping): Reading {
  const { names, isRow } = headerOf(input, mapping);
  const header = positionsOf(names, mapping, input.name);
  const readRow = rowReaderOf(mapping, header);
  const used = new Set([...columnsOf(mapping)].map((column) => header.get(column)));
  return {
    input,
    // Where columns may be missing, a misspelt one would go unnoticed.
    unused: isRow || mapping.optionalColumns.size === 0 ? [] : names.filter((_, index) => !used.has(index)),
    *rows() {
      const rows = rowsOf(input, mapping.delimiter.charCodeAt(0));
      if (!isRow) rows.next();
      yield* rows;
    },
    read: (rows, now, until, hashes) =>
      cellsOf(rows, mapping.delimiter).map((cells, i): Envelope | Rejection | typeof SKIPPED => {
        if (cells instanceof Rejection) return cells;
        if (cells.length !== names.length) return wrongCount(cells.length, names.length);
        return readRow(cells, now, until, hashes?.[i]);
      }),
  };
}

const wrongCount = (found: number, wanted: number) =>
  new Rejection('COLUMN_COUNT_WRONG', `the row has ${found} columns, but the file ${wanted}`);

/** The columns' names: those of the first row, or those that the mapping gives where the first row is data already. */
function headerOf(input: Input, mapping: Mapping): { names: readonly string[]; isRow: boolean } {
  const first = rowsOf(input, mapping.delimiter.charCodeAt(0)).next().value;
  if (!first) throw refusal(input.name, 'is empty: not even a header');
  const cells = namesIn(first, mapping, input.name);
  if (mapping.hasHeader === 'always') return { names: cells, isRow: false };
  const own = mapping.columns.map(([name]) => name);
  const isHeader = mapping.columns.every((names) => names.some((name) => cells.includes(name)));
  return isHeader ? { names: cells, isRow: false } : { names: own, isRow: true };
}

function namesIn(row: Row, { delimiter }: Mapping, name: string): readonly string[] {
  if (isUtf16(row.bytes)) throw refusal(name, 'is UTF-16; save it as UTF-8');
  const [cells] = row.fault ? [row.fault] : cellsOf([row.bytes], delimiter);
  if (cells instanceof Rejection || !cells) throw refusal(name, `has no header that can be read: ${cells?.message}`);
  return cells.map((cell) => cell.trim());
}

const isUtf16 = ([first, second]: Buffer) => (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

function positionsOf(names: readonly string[], mapping: Mapping, file: string): Header {
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined) throw refusal(file, `has the column ${twice} twice`);
  const header = new Map(names.map((name, index) => [name, index]));
  for (const [name, ...others] of mapping.columns) {
    const found = others.find((other) => header.has(other));
    if (!header.has(name) && found !== undefined) header.set(name, header.get(found)!);
  }
  const missing = [...columnsOf(mapping)].filter(
    (column) => !header.has(column) && !mapping.optionalColumns.has(column),
  );
  if (missing.length === 0) return header;
  throw refusal(file, `lacks the ${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')}`);
}

const refusal = (name: string, complaint: string) => new Refusal('INVALID', 'FILE_INVALID', `${name}: ${complaint}.`);
