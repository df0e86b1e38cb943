/** Why something from outside is not taken. `field` is the path in its data, null where no one field is at fault. */
export class Rejection {
  readonly code: string; // SCREAMING_SNAKE_CASE, for programs
  readonly message: string;
  readonly field: string | null;

  constructor(code: string, message: string, field: string | null = null) {
    this.code = code;
    this.message = message;
    this.field = field;
  }
}

/** The value in its normal form, or why it is not one. It answers with a Rejection, since throwing costs ten times as much. */
export type Check<T> = (value: unknown, path: string, now: number) => T | Rejection;

/** What a file's cell is turned into before it is checked; a list or an object is put together from several cells. */
export type CellKind = 'text' | 'whole' | 'money' | 'flag' | 'instant' | 'deadline' | 'list' | 'object';

/** A kind of value: how a file writes it, and what is allowed. */
export interface Kind<T> {
  readonly cell: CellKind;
  readonly check: Check<T>;
  readonly parts?: Parts; // of a list's entries or an object
}

export interface Field<T> {
  readonly name: string; // in the data
  readonly kind: Kind<T>;
  readonly absent: T | undefined; // the value where there is none; undefined: there must be one
}
export type Parts = readonly Field<unknown>[];

export const required = <T>(name: string, kind: Kind<T>): Field<T> => ({ name, kind, absent: undefined });
export const optional = <T, Absent extends T | null>(
  name: string,
  kind: Kind<T>,
  absent: Absent,
): Field<T | Absent> => ({ name, kind, absent });

export type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const SHOWN = 40; // characters of a value at fault

/** A value at fault, for a message: short, and with nothing in it that could act on a terminal. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  const text = value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
  return JSON.stringify(text.toWellFormed()).replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
}

/** What all kinds of the same sort have in common: a test, a code and what would have been right. */
export function kind<T>(
  cell: CellKind,
  isRight: (value: unknown) => value is T,
  code: string,
  wanted: string,
): Kind<T> {
  return {
    cell,
    check: (value, path) =>
      isRight(value) ? value : new Rejection(code, `${path} is ${shown(value)}, but must be ${wanted}`, path),
  };
}
