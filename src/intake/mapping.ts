import type { EventType } from './checks-events.ts';

/** Which column of a file is what: data, so that a new file needs no program. The JSON of it is told of in README.md. */
export interface Mapping {
  readonly name: string; // of the source of its rows, `import:NAME`
  readonly format: 'csv' | 'cloudevents';
  readonly delimiter: string;
  /** Whether the first row may be missing, or hold names of other columns than ours. */
  readonly hasHeader: 'always' | 'maybe';
  /** The columns in their order and with their other names; empty where the header alone tells. */
  readonly columns: readonly ColumnNames[];
  readonly optionalColumns: ReadonlySet<string>;
  readonly times: Times;
  readonly money: Money;
  readonly key: Cell; // what names a row among those of its source
  readonly events: readonly MappedEvent[];
}

export type ColumnNames = readonly [name: string, ...otherNames: string[]];

export interface Times {
  readonly format: 'ISO' | 'UNIX_SECONDS' | 'UNIX_MILLISECONDS';
  readonly zoneMs: number; // of times that name no zone, east of Greenwich
}

export interface Money {
  readonly unit: 'MAJOR' | 'MINOR'; // 12.34 or 1234
  readonly currency: Cell | null; // whose digits a MAJOR amount has
}

/** An event that a row tells of, if it has a time for it and all of `when` is so. */
export interface MappedEvent {
  readonly type: EventType;
  readonly isRequired: boolean; // a row without its time is refused
  readonly when: readonly Condition[];
  readonly at: Cell;
  readonly data: MappedObject;
}

/** The column has one of these values, or any (true), or none (false). */
export interface Condition {
  readonly column: string;
  readonly is: ReadonlySet<string> | boolean;
}

export type MappedObject = Readonly<Record<string, MappedField>>;
export type MappedField =
  | { readonly cell: Cell }
  | { readonly object: MappedObject }
  | { readonly list: readonly MappedObject[] };

/** Where a value comes from, and what is done to it. */
export interface Cell {
  readonly from: 'COLUMNS' | 'SUM' | 'VALUE' | 'TEXT';
  readonly columns: readonly string[]; // COLUMNS: the first that is not empty
  readonly value: string | number | boolean | null; // VALUE
  readonly text: readonly (string | { readonly column: string })[]; // TEXT: fixed parts and columns
  readonly otherwise: string | number | boolean | null; // where all of that is empty
  readonly translate: ReadonlyMap<string, string> | null;
  readonly isWholeDay: boolean; // only the day counts: its start for what happened, its end for a deadline
  readonly plusDays: number;
  readonly dividedBy: string | null; // a column
}

/** Every column that the mapping asks for. */
export function columnsOf(mapping: Mapping): ReadonlySet<string> {
  const found = new Set<string>();
  const see = (cell: Cell | null) => {
    cell?.columns.forEach((column) => found.add(column));
    cell?.text.forEach((part) => typeof part !== 'string' && found.add(part.column));
    if (cell?.dividedBy) found.add(cell.dividedBy);
  };
  const seeAll = (object: MappedObject): void => {
    for (const field of Object.values(object)) {
      if ('cell' in field) see(field.cell);
      else if ('object' in field) seeAll(field.object);
      else field.list.forEach(seeAll);
    }
  };
  see(mapping.key);
  see(mapping.money.currency);
  for (const { at, when, data } of mapping.events) {
    see(at);
    when.forEach(({ column }) => found.add(column));
    seeAll(data);
  }
  return found;
}
