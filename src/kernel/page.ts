import { Refusal } from './refusal.ts';

export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 20;

/** What a caller asks of a list, after the GraphQL Cursor Connections Specification. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The sort key of a row, unique in its list. */
export type CursorKey = readonly (string | number | null)[];
/** What stands at one place of a sort key. `instant`: milliseconds since 1970. */
export type CursorPart = 'uuid' | 'text' | 'number' | 'numberOrNull' | 'instant';

/** One page of a list. Fetch `size` + 1 rows, in the list's order or, when `backwards`, from its end. */
export interface Page {
  readonly size: number;
  readonly backwards: boolean;
  readonly after: CursorKey | null;
  readonly before: CursorKey | null;
}

export interface Connection<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly nodes: readonly Row[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** `shape` is that of the list's sort key: a cursor of another list, or of none, is refused. */
export function pageOf({ first, after, last, before }: PageArguments, shape: readonly CursorPart[]): Page {
  if (first != null && last != null)
    throw new Refusal('INVALID', 'FIRST_AND_LAST', 'Ask for `first` or for `last`, not for both.', ['last']);
  const backwards = last != null || (first == null && before != null && after == null);
  return {
    size: backwards ? sizeOf('last', last) : sizeOf('first', first),
    backwards,
    after: cursorKeyOf('after', after, shape),
    before: cursorKeyOf('before', before, shape),
  };
}

/** The page of `rows`, which were fetched as `Page` says. */
export function connectionOf<Row>(rows: readonly Row[], page: Page, keyOf: (row: Row) => CursorKey): Connection<Row> {
  const isMore = rows.length > page.size;
  const shown = rows.slice(0, page.size);
  const nodes = page.backwards ? shown.toReversed() : shown;
  const cursorAt = (node: Row | undefined): string | null => (node === undefined ? null : cursorOf(keyOf(node)));
  // Cursors are made when they are asked for: those who read `nodes` alone need none.
  return {
    get edges() {
      return nodes.map((node) => ({ cursor: cursorOf(keyOf(node)), node }));
    },
    nodes,
    pageInfo: {
      hasNextPage: page.backwards ? page.before !== null : isMore,
      hasPreviousPage: page.backwards ? isMore : page.after !== null,
      get startCursor() {
        return cursorAt(nodes[0]);
      },
      get endCursor() {
        return cursorAt(nodes.at(-1));
      },
    },
  };
}

function sizeOf(name: 'first' | 'last', size: number | null | undefined): number {
  if (size == null) return DEFAULT_PAGE_SIZE;
  if (size >= 1 && size <= MAX_PAGE_SIZE) return size;
  const code = name === 'first' ? 'FIRST_OUT_OF_RANGE' : 'LAST_OUT_OF_RANGE';
  throw new Refusal('INVALID', code, `\`${name}\` must be between 1 and ${MAX_PAGE_SIZE}; it is ${size}.`, [name]);
}

const cursorOf = (key: CursorKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const MAX_CURSOR_LENGTH = 2000; // names are part of some keys

function cursorKeyOf(
  name: 'after' | 'before',
  text: string | null | undefined,
  shape: readonly CursorPart[],
): CursorKey | null {
  if (text == null) return null;
  const key = text.length <= MAX_CURSOR_LENGTH ? parsed(text) : undefined;
  if (Array.isArray(key) && key.length === shape.length && shape.every((part, i) => FITS[part](key[i]))) return key;
  const message = `\`${name}\` is no cursor of this list. Take cursors from its answers.`;
  throw new Refusal('INVALID', 'CURSOR_INVALID', message, [name]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const EARLIEST = Date.parse('0001-01-01'); // well within what Postgres holds
const LATEST = Date.parse('9999-12-31');

/** Cursors come from outside: what passes must be fit to be bound to a statement. */
const FITS: Readonly<Record<CursorPart, (value: unknown) => boolean>> = {
  uuid: (value) => typeof value === 'string' && UUID.test(value),
  text: (value) => typeof value === 'string' && !value.includes('\0'),
  number: (value) => typeof value === 'number',
  numberOrNull: (value) => value === null || typeof value === 'number',
  instant: (value) => Number.isInteger(value) && (value as number) >= EARLIEST && (value as number) <= LATEST,
};
