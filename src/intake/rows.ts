import { Rejection, type Field, type Parts } from './checks.ts';
import { FILE_EVENTS, type EventReader } from './checks-events.ts';
import { contentHashOf } from './checks-hash.ts';
import { flawOf } from './checks-text.ts';
import { instant } from './checks-time.ts';
import { readEvent } from './cloud-events.ts';
import type { Envelope, MarketEvent } from './event.ts';
import type { Cell, Condition, MappedEvent, MappedObject, Mapping } from './mapping.ts';
import { columnOf, textOf, valueOf, type Cells, type Header, type ValueOf } from './rows-values.ts';

/** What lies wholly after the instant up to which a file is wanted. */
export const SKIPPED = Symbol('skipped');

/** A row's story, or why it is not taken. `hash`: of what it says, where that is known. */
export type ReadRow = (
  cells: Cells,
  now: number,
  until: number,
  hash?: Buffer,
) => Envelope | Rejection | typeof SKIPPED;

const LONGEST_KEY = 700; // characters: three ids; an index entry of Postgres holds them

/** Prepares the reading of a file's rows. They are taken whole or not at all. */
export function rowReaderOf(mapping: Mapping, header: Header): ReadRow {
  const source = `import:${mapping.name}`;
  const key = textOf(mapping.key, header);
  const tellers = mapping.events.map((event) => tellerOf(event, mapping, header));
  return (cells, now, until, hash) => {
    const events: MarketEvent[] = [];
    let isCut = false;
    for (const teller of tellers) {
      const event = teller.read(cells, now);
      if (event === null) continue;
      if (event instanceof Rejection) return event;
      if (event.at <= until) events.push(event);
      else if (teller.isRequired) return SKIPPED;
      else isCut = true;
    }
    if (events.length === 0) return isCut ? SKIPPED : new Rejection('ROW_EMPTY', 'the row tells of nothing');
    const id = key(cells);
    if (id === '') return new Rejection('KEY_MISSING', 'what names the row is missing');
    if (id.length > LONGEST_KEY || flawOf(id) !== null)
      return new Rejection('ID_INVALID', `what names the row must be text of at most ${LONGEST_KEY} characters`);
    if (events.some((event, i) => i > 0 && byStory(events[i - 1]!, event) > 0)) events.sort(byStory);
    return { source, id, contentHash: hash ?? contentHashOf(JSON.stringify(events)), events, mayGrow: true };
  };
}

/** By time; but the order first, even where a clock that was wrong has its hand-over before it: all else is about it. */
const byStory = (a: MarketEvent, b: MarketEvent) =>
  Number(b.type === 'order.placed') - Number(a.type === 'order.placed') || a.at - b.at;

interface Teller {
  readonly isRequired: boolean;
  readonly read: (cells: Cells, now: number) => MarketEvent | Rejection | null;
}

function tellerOf(event: MappedEvent, mapping: Mapping, header: Header): Teller {
  const conditions = event.when.map((condition) => conditionOf(condition, header));
  const at = valueOf(event.at, 'instant', mapping, header);
  const reader: EventReader = FILE_EVENTS.get(event.type)!;
  const data = objectOf(event.data, reader.reader.parts, mapping, header);
  const explain = explainerOf(event);
  return {
    isRequired: event.isRequired,
    read(cells, now) {
      for (const isSo of conditions) if (!isSo(cells)) return null;
      const when = at(cells);
      if (when === undefined) return event.isRequired ? explain(missingTime) : null;
      const time = instant.check(when, 'time', now);
      if (time instanceof Rejection) return isStillToCome(time, event) ? null : explain(time);
      const read = readEvent(reader, event.type, data(cells) ?? {}, time, now);
      return read instanceof Rejection ? explain(read) : read;
    },
  };
}

const missingTime = new Rejection('FIELD_MISSING', 'time is missing', 'time');

/** A day counted from something that did happen: a later import of the same file will tell of it. */
const isStillToCome = ({ code }: Rejection, { at }: MappedEvent) => code === 'TIME_IN_FUTURE' && at.plusDays > 0;

function conditionOf({ column, is }: Condition, header: Header): (cells: Cells) => boolean {
  const text = columnOf(column, header);
  return typeof is === 'boolean' ? (cells) => (text(cells) !== '') === is : (cells) => is.has(text(cells));
}

/** Builds the data of an event from cells; undefined where all of them are empty. */
function objectOf(fields: MappedObject, parts: Parts, mapping: Mapping, header: Header): ValueOf {
  const entries = parts
    .filter(({ name }) => fields[name])
    .map((part) => [part.name, fieldOf(fields, part, mapping, header)] as const);
  return (cells) => {
    let object: Record<string, unknown> | undefined;
    for (const [name, value] of entries) {
      const found = value(cells);
      if (found !== undefined) (object ??= {})[name] = found;
    }
    return object;
  };
}

function fieldOf(fields: MappedObject, { name, kind }: Field<unknown>, mapping: Mapping, header: Header): ValueOf {
  const field = fields[name]!;
  if ('cell' in field) return valueOf(field.cell, kind.cell, mapping, header);
  if ('object' in field) return objectOf(field.object, kind.parts ?? [], mapping, header);
  const entries = field.list.map((entry) => objectOf(entry, kind.parts ?? [], mapping, header));
  return (cells) => {
    const list = entries.map((entry) => entry(cells)).filter((entry) => entry !== undefined);
    return list.length === 0 ? undefined : list;
  };
}

/** Says a rejection in the file's words: which column it is, and MERCHANT_MISSING rather than FIELD_MISSING. */
function explainerOf({ type, at, data }: MappedEvent): (rejection: Rejection) => Rejection {
  return ({ code, message, field }) => {
    const path = (field ?? '').split(/[.[\]]+/);
    const cell = field === 'time' ? at : cellAt(path, data);
    const columns = cell === null || cell.columns.length === 0 ? '' : `, column ${cell.columns.join(' or ')}`;
    const ownCode = code === 'FIELD_MISSING' ? `${screaming(path.at(-1)!)}_MISSING` : code;
    return new Rejection(ownCode, `${message} (${type}${columns})`, field);
  };
}

/** What is mapped to a path such as lines, 0, unitPrice. */
function cellAt([name = '', ...rest]: readonly string[], data: MappedObject): Cell | null {
  const field = data[name];
  if (!field) return null;
  if ('cell' in field) return field.cell;
  if ('object' in field) return cellAt(rest, field.object);
  const entry = field.list[Number(rest[0])];
  return entry ? cellAt(rest.slice(1), entry) : null;
}

const screaming = (name: string) => name.replace(/[A-Z]/g, '_$&').toUpperCase();
