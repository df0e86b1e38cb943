import type { Field, Parts } from './checks.ts';
import { FILE_EVENTS, type EventType } from './checks-events.ts';
import { zoneOf } from './checks-time.ts';
import type {
  ColumnNames,
  Condition,
  MappedEvent,
  MappedField,
  MappedObject,
  Mapping,
  Money,
  Times,
} from './mapping.ts';
import { readCell, templateCell } from './mapping-cells.ts';
import { asFlag, asList, asObject, asOneOf, asText, asTexts, refuse } from './mapping-checks.ts';

const KEYS = 'about name format delimiter header columns optionalColumns times money key events'.split(' ');
const NAME = /^[a-z][a-z0-9-]{0,49}$/;

/** Reads the JSON of a mapping. A Refusal names the place of the first mistake. */
export function parseMapping(raw: unknown): Mapping {
  const fields = asObject(raw, '$', KEYS);
  if (fields['about'] !== undefined) asTexts(fields['about'], '$.about');
  const name = asText(fields['name'], '$.name', NAME, 'lower-case letters, digits and hyphens, such as my-shop');
  const format = asOneOf(fields['format'] ?? 'csv', '$.format', ['csv', 'cloudevents']);
  if (format === 'cloudevents') asObject(raw, '$', ['about', 'name', 'format']);
  const columns = fields['columns'] === undefined ? [] : readColumns(fields['columns']);
  const hasHeader = asOneOf(fields['header'] ?? 'always', '$.header', ['always', 'maybe']);
  if (hasHeader === 'maybe' && columns.length === 0) refuse('$.columns', 'is needed where there may be no header');
  const isCsv = format === 'csv';
  return {
    name,
    format,
    delimiter: asText(fields['delimiter'] ?? ',', '$.delimiter', /^[,;|\t]$/, 'one of , ; | or a tab'),
    hasHeader,
    columns,
    optionalColumns: new Set(
      fields['optionalColumns'] === undefined ? [] : asTexts(fields['optionalColumns'], '$.optionalColumns'),
    ),
    times: readTimes(fields['times'] ?? {}),
    money: readMoney(fields['money'] ?? { unit: 'minor' }),
    key: templateCell(isCsv ? fields['key'] : '-', '$.key'),
    events: isCsv ? asList(fields['events'], '$.events').map((each, i) => readEvent(each, `$.events[${i}]`)) : [],
  };
}

const readColumns = (raw: unknown): ColumnNames[] =>
  asList(raw, '$.columns').map((each, i) => {
    const path = `$.columns[${i}]`;
    const [name, ...others] = typeof each === 'string' ? [asText(each, path)] : asTexts(each, path);
    return [name!, ...others];
  });

const FORMATS = { iso: 'ISO', unixSeconds: 'UNIX_SECONDS', unixMilliseconds: 'UNIX_MILLISECONDS' } as const;

function readTimes(raw: unknown): Times {
  const { format = 'iso', zone = 'Z' } = asObject(raw, '$.times', ['format', 'zone']);
  const found = asOneOf(format, '$.times.format', ['iso', 'unixSeconds', 'unixMilliseconds']);
  const zoneMs = zoneOf(asText(zone, '$.times.zone'), 0);
  if (Number.isNaN(zoneMs)) refuse('$.times.zone', 'must be Z or an offset such as -03:00');
  return { format: FORMATS[found], zoneMs };
}

function readMoney(raw: unknown): Money {
  const { unit, currency } = asObject(raw, '$.money', ['unit', 'currency']);
  const found = asOneOf(unit, '$.money.unit', ['major', 'minor']);
  if (found === 'minor') return { unit: 'MINOR', currency: null };
  return { unit: 'MAJOR', currency: readCell(currency, '$.money.currency', 'text') };
}

function readEvent(raw: unknown, path: string): MappedEvent {
  const { type, required = false, when, at, data } = asObject(raw, path, ['type', 'required', 'when', 'at', 'data']);
  const found = asOneOf(type, `${path}.type`, [...FILE_EVENTS.keys()]) as EventType;
  return {
    type: found,
    isRequired: asFlag(required, `${path}.required`),
    when: when === undefined ? [] : readConditions(when, `${path}.when`),
    at: readCell(at, `${path}.at`, 'instant'),
    data: readObject(data, `${path}.data`, FILE_EVENTS.get(found)!.reader.parts),
  };
}

const readConditions = (raw: unknown, path: string): Condition[] =>
  Object.entries(asObject(raw, path, null)).map(([column, is]) => ({
    column,
    is: typeof is === 'boolean' ? is : new Set(asTexts(is, `${path}.${column}`)),
  }));

/** Fields that the type of event does not have are refused, and so is it when one that it needs is not there. */
function readObject(raw: unknown, path: string, parts: Parts): MappedObject {
  const fields = asObject(
    raw,
    path,
    parts.map(({ name }) => name),
  );
  const missing = parts.find(({ name, absent }) => absent === undefined && fields[name] === undefined);
  if (missing) refuse(`${path}.${missing.name}`, 'is missing');
  const given = parts.filter(({ name }) => fields[name] !== undefined);
  return Object.fromEntries(
    given.map((part) => [part.name, readField(fields[part.name], `${path}.${part.name}`, part)]),
  );
}

function readField(raw: unknown, path: string, { kind }: Field<unknown>): MappedField {
  const parts = kind.parts ?? [];
  if (kind.cell === 'object') return { object: readObject(raw, path, parts) };
  if (kind.cell !== 'list') return { cell: readCell(raw, path, kind.cell) };
  return { list: asList(raw, path).map((each, i) => readObject(each, `${path}[${i}]`, parts)) };
}
