import { parse } from 'csv-parse/sync';
import { Refusal } from '../kernel/refusal.ts';

/** One rating of a network: who said what of whom, and when. */
export interface Rating {
  readonly from: string;
  readonly to: string;
  readonly rating: number; // −10 to 10
  readonly time: number; // Unix seconds, as in the file
}

const COLUMNS = ['from', 'to', 'rating', 'time'] as const;
const EARLIEST = Date.UTC(1995, 0, 1) / 1000;
const LATEST = Date.UTC(2100, 0, 1) / 1000;

/** The ratings of a CSV file with the columns from,to,rating,time, in order of time; ties stay in the file's order. */
export function readNetwork(text: string, name: string): readonly Rating[] {
  const rows = rowsOf(text, name);
  const order = columnOrder(rows[0]);
  const ratings = (order.isHeader ? rows.slice(1) : rows).map((row) => ratingOf(row, order.columns, name));
  if (ratings.length === 0) refuse(name, null, 'has no ratings; it needs the columns from,to,rating,time');
  return ratings.toSorted((a, b) => a.time - b.time);
}

/** Which users are known to be fraudulent (true) or benign (false): a CSV file with the columns user,label; labels are 1 and −1. */
export function readLabels(text: string, name: string): ReadonlyMap<string, boolean> {
  const rows = rowsOf(text, name);
  const isHeader = rows[0] !== undefined && labelOf(rows[0].fields[1]) === null;
  const labels = new Map<string, boolean>();
  for (const { fields, line } of isHeader ? rows.slice(1) : rows) {
    const label = labelOf(fields[1]);
    const user = fields[0];
    if (!user || label === null) refuse(name, line, 'must be user,label with a label of 1 (benign) or -1 (fraudulent)');
    labels.set(user, label);
  }
  if (labels.size === 0) refuse(name, null, 'has no labels; it needs the columns user,label');
  return labels;
}

const labelOf = (field: string | undefined): boolean | null => {
  if (field === '1' || field === '+1') return false;
  return field === '-1' ? true : null;
};

interface Row {
  readonly fields: readonly string[];
  readonly line: number;
}

function rowsOf(text: string, name: string): readonly Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (fields: string[], { lines }: { lines: number }) => {
        rows.push({ fields, line: lines });
        return null;
      },
    });
  } catch (error) {
    refuse(name, null, `is not CSV: ${error instanceof Error ? error.message : String(error)}`);
  }
  return rows;
}

/** A first row whose time is no number is a header. One that names our columns says where they are; else they stand in order. */
function columnOrder(first: Row | undefined): { isHeader: boolean; columns: readonly number[] } {
  const inOrder = [0, 1, 2, 3];
  if (!first || numberOf(first.fields[3]) !== null) return { isHeader: false, columns: inOrder };
  const named = COLUMNS.map((column) => first.fields.findIndex((field) => field.toLowerCase() === column));
  return { isHeader: true, columns: named.includes(-1) ? inOrder : named };
}

function ratingOf({ fields, line }: Row, columns: readonly number[], name: string): Rating {
  const [from, to, ratingText, timeText] = columns.map((column) => fields[column]);
  if (!from || !to) refuse(name, line, 'must be from,to,rating,time');
  const rating = numberOf(ratingText);
  if (rating === null || rating < -10 || rating > 10) {
    refuse(name, line, `has a rating of ${quoted(ratingText)}; it must be a number from -10 to 10`);
  }
  const time = numberOf(timeText);
  if (time === null || time < EARLIEST || time > LATEST) {
    refuse(name, line, `has a time of ${quoted(timeText)}; it must be Unix seconds between 1995 and 2100`);
  }
  return { from, to, rating, time };
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined || text.length > 40 || !/^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return null;
  return Number(text);
}

const quoted = (text: string | undefined): string =>
  text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 40));

function refuse(name: string, line: number | null, complaint: string): never {
  throw new Refusal('INVALID', 'NETWORK_INVALID', `${name}${line === null ? '' : ` line ${line}`} ${complaint}`);
}
