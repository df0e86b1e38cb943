import { isRecord, type CellKind } from './checks.ts';
import type { Cell } from './mapping.ts';
import { asConstant, asFlag, asObject, asText, asTexts, asWhole, refuse } from './mapping-checks.ts';

const SOURCES = ['column', 'firstOf', 'sum', 'value', 'text'] as const;
const CHANGES = ['otherwise', 'translate', 'wholeDay', 'plusDays', 'dividedBy'] as const;
const NOTHING: Cell = {
  from: 'COLUMNS',
  columns: [],
  value: null,
  text: [],
  otherwise: null,
  translate: null,
  isWholeDay: false,
  plusDays: 0,
  dividedBy: null,
};

/** What may be done to a cell depends on what it is to become. */
const CHANGES_OF: Readonly<Record<(typeof CHANGES)[number], readonly CellKind[]>> = {
  otherwise: ['text', 'whole', 'money', 'flag'],
  translate: ['text', 'whole', 'flag'],
  wholeDay: ['instant', 'deadline'],
  plusDays: ['instant', 'deadline'],
  dividedBy: ['money'],
};

/** Reads where a value comes from: a column's name, or an object that tells more. */
export function readCell(raw: unknown, path: string, kind: CellKind): Cell {
  if (typeof raw === 'string') return { ...NOTHING, columns: [asText(raw, path)] };
  const fields = asObject(raw, path, [...SOURCES, ...CHANGES]);
  const sources = SOURCES.filter((source) => fields[source] !== undefined);
  if (sources.length !== 1) refuse(path, `must have exactly one of ${SOURCES.join(', ')}`);
  for (const change of CHANGES)
    if (fields[change] !== undefined && !CHANGES_OF[change].includes(kind))
      refuse(`${path}.${change}`, `does not go with a value of the kind ${kind}`);
  return {
    ...sourceOf(sources[0]!, fields[sources[0]!], path, kind),
    otherwise: fields['otherwise'] === undefined ? null : asConstant(fields['otherwise'], `${path}.otherwise`),
    translate: fields['translate'] === undefined ? null : readTranslation(fields['translate'], `${path}.translate`),
    isWholeDay: fields['wholeDay'] !== undefined && asFlag(fields['wholeDay'], `${path}.wholeDay`),
    plusDays: fields['plusDays'] === undefined ? 0 : asWhole(fields['plusDays'], `${path}.plusDays`, 0, 3650),
    dividedBy: fields['dividedBy'] === undefined ? null : asText(fields['dividedBy'], `${path}.dividedBy`),
  };
}

function sourceOf(source: (typeof SOURCES)[number], raw: unknown, path: string, kind: CellKind): Cell {
  const at = `${path}.${source}`;
  switch (source) {
    case 'column':
      return { ...NOTHING, columns: [asText(raw, at)] };
    case 'firstOf':
      return { ...NOTHING, columns: asTexts(raw, at) };
    case 'sum':
      if (kind !== 'money') refuse(at, `does not go with a value of the kind ${kind}`);
      return { ...NOTHING, from: 'SUM', columns: asTexts(raw, at) };
    case 'value':
      return { ...NOTHING, from: 'VALUE', value: asConstant(raw, at) };
    case 'text':
      return { ...NOTHING, from: 'TEXT', text: readTemplate(raw, at) };
  }
}

/** `review/{order_id}`: fixed text with columns in it. */
export function readTemplate(raw: unknown, path: string): Cell['text'] {
  const template = asText(raw, path);
  const parts = template.split(/(\{[^{}]+\})/).filter((part) => part !== '');
  return parts.map((part) => (part.startsWith('{') ? { column: part.slice(1, -1) } : part));
}

function readTranslation(raw: unknown, path: string): ReadonlyMap<string, string> {
  if (!isRecord(raw)) refuse(path, 'must be an object: the value in the file, and ours');
  return new Map(Object.entries(raw).map(([from, to]) => [from, asText(to, `${path}.${from}`)]));
}

export const templateCell = (raw: unknown, path: string): Cell => ({
  ...NOTHING,
  from: 'TEXT',
  text: readTemplate(raw, path),
});
