import type { CellKind } from './checks.ts';
import { minorDigitsOf } from './checks-number.ts';
import { DAY_MS, instantOf } from './checks-time.ts';
import type { Cell, Mapping, Money, Times } from './mapping.ts';

/** A row's cells in the order of the header. */
export type Cells = readonly string[];
/** What a cell says; undefined where it is empty. What cannot be understood stays text, for the check to refuse. */
export type ValueOf = (cells: Cells) => unknown;
type TextOf = (cells: Cells) => string;

/** Where each column is. A column that the file does not have is empty in every row. */
export type Header = ReadonlyMap<string, number>;

export const columnOf = (column: string, header: Header): TextOf => {
  const index = header.get(column);
  return index === undefined ? () => '' : (cells) => cells[index] ?? '';
};

export function valueOf(cell: Cell, kind: CellKind, mapping: Mapping, header: Header): ValueOf {
  const { otherwise } = cell;
  const value = plainValueOf(cell, kind, mapping, header);
  return otherwise === null ? value : (cells) => value(cells) ?? otherwise;
}

function plainValueOf(cell: Cell, kind: CellKind, mapping: Mapping, header: Header): ValueOf {
  if (cell.from === 'VALUE' && typeof cell.value !== 'string') return () => cell.value;
  if (kind === 'money') return moneyOf(cell, mapping.money, header);
  const text = textOf(cell, header);
  const convert = converterOf(cell, kind, mapping.times);
  return (cells) => {
    const found = text(cells);
    return found === '' ? undefined : convert(found);
  };
}

/** The cell as text, translated if the mapping says so. */
export function textOf(cell: Cell, header: Header): TextOf {
  const plain = plainTextOf(cell, header);
  const { translate } = cell;
  if (translate === null) return plain;
  return (cells) => {
    const text = plain(cells);
    return translate.get(text) ?? text;
  };
}

function plainTextOf(cell: Cell, header: Header): TextOf {
  if (cell.from === 'VALUE') return () => String(cell.value);
  if (cell.from === 'TEXT') return templateOf(cell.text, header);
  const columns = cell.columns.map((column) => columnOf(column, header));
  if (columns.length === 1) return columns[0]!;
  return (cells) => {
    for (const column of columns) if (column(cells) !== '') return column(cells);
    return '';
  };
}

/** Empty as soon as one of its columns is. */
function templateOf(template: Cell['text'], header: Header): TextOf {
  const parts = template.map((part) => (typeof part === 'string' ? part : columnOf(part.column, header)));
  return (cells) => {
    let text = '';
    for (const part of parts) {
      const piece = typeof part === 'string' ? part : part(cells);
      if (piece === '') return '';
      text += piece;
    }
    return text;
  };
}

function converterOf(cell: Cell, kind: CellKind, times: Times): (text: string) => unknown {
  if (kind === 'whole') return wholeIn;
  if (kind === 'flag') return (text) => FLAGS.get(text.toLowerCase()) ?? text;
  if (kind === 'instant' || kind === 'deadline') {
    const read = new Date(0); // one for all rows: it is checked, and becomes a number, before the next is read
    return (text) => {
      const at = timeIn(text, cell, kind, times);
      if (Number.isNaN(at)) return text;
      read.setTime(at);
      return read;
    };
  }
  return (text) => text;
}

/** `5` and `5.0`, as spreadsheets and data frames write whole numbers. */
const wholeIn = (text: string): number | string => (/^-?\d{1,15}(\.0+)?$/.test(text) ? Number(text) : text);

const FLAGS = new Map([
  ...['true', 'yes', '1'].map((text) => [text, true] as const),
  ...['false', 'no', '0'].map((text) => [text, false] as const),
]);

/** A bare date is the start of the day for what happened, and its last millisecond for what was promised. */
function timeIn(text: string, cell: Cell, kind: 'instant' | 'deadline', { format, zoneMs }: Times): number {
  let at = format === 'ISO' ? instantOf(text, { zoneMs }) : unixTimeIn(text, format === 'UNIX_SECONDS' ? 1000 : 1);
  if (cell.isWholeDay || (format === 'ISO' && text.length === 10)) {
    at = Math.floor((at + zoneMs) / DAY_MS) * DAY_MS - zoneMs;
    if (kind === 'deadline') at += DAY_MS - 1;
  }
  return at + cell.plusDays * DAY_MS;
}

const unixTimeIn = (text: string, unitMs: number): number =>
  /^\d{1,13}(\.\d{1,9})?$/.test(text) ? Math.floor(Number(text) * unitMs) : Number.NaN;

/**
 * Money in minor units. Files come with the noise of binary fractions (33.199999999999996), so that a ten-thousandth of a
 * minor unit is forgiven; a real fraction of one is not. A quotient is rounded, since it seldom comes out even.
 */
function moneyOf(cell: Cell, { unit, currency }: Money, header: Header): ValueOf {
  const columns = cell.columns.map((column) => columnOf(column, header));
  const fixed = cell.from === 'VALUE' ? String(cell.value) : null;
  const code = currency === null ? null : textOf(currency, header);
  const divisor = cell.dividedBy === null ? null : columnOf(cell.dividedBy, header);
  const [only] = columns;
  const isPlain =
    cell.from !== 'VALUE' && columns.length === 1 && divisor === null && (unit === 'MINOR' || code === null);
  if (isPlain)
    return (cells) => {
      const text = only!(cells);
      return text === '' ? undefined : roundedOr(decimalIn(text), text);
    };
  return (cells) => {
    const texts = fixed === null ? columns.map((column) => column(cells)).filter((text) => text !== '') : [fixed];
    if (texts.length === 0) return undefined;
    const written = cell.from === 'SUM' ? texts : texts.slice(0, 1);
    const sum = written.reduce((total, text) => total + decimalIn(text), 0);
    const scaled = unit === 'MINOR' || code === null ? sum : sum * 10 ** minorDigitsOf(code(cells));
    if (divisor !== null) return orText(Math.round(scaled / decimalIn(divisor(cells))), written);
    return roundedOr(scaled, written.join(' + '));
  };
}

function roundedOr(number: number, written: string): number | string {
  const rounded = Math.round(number);
  return Math.abs(number - rounded) < 1e-4 ? rounded : written;
}

const orText = (number: number, written: readonly string[]) => (Number.isFinite(number) ? number : written.join(' + '));

const decimalIn = (text: string): number => (/^-?\d{1,15}(\.\d{1,20})?$/.test(text) ? Number(text) : Number.NaN);
