import {
  getNamedType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import type { Call } from '../../access/call.ts';
import type { Awaitable } from '../../kernel/awaitable.ts';
import type { Variables } from '../cost/arguments.ts';
import type { Plan } from '../cost/plan.ts';
import type { CheckedOperation } from '../checked-operation.ts';
import { schemaOfRows, schemaOverRows } from './row-schemas.ts';
import { RowTexts, type RowText } from './row-texts.ts';
import { steadyFieldsOf, type Steadiness } from './steady-selection.ts';

/** An answer put together of what is kept of each row. */
export interface SteadyAnswer {
  readonly text: string; // of `data`, as JSON
  readonly data: object; // in which a row is known by its points
}

/** Null: it has to be asked in the usual way. */
export type SteadyQuery = (call: Call, variables: Variables) => Promise<SteadyAnswer | null>;

interface RowField {
  readonly key: string;
  readonly texts: RowTexts;
}

/** Of one schema. */
export class SteadyQueries {
  readonly #schema: GraphQLSchema;
  readonly #known: Steadiness;
  readonly #ofRows: GraphQLSchema;
  readonly #overRows = new Map<string, GraphQLSchema>();

  constructor(schema: GraphQLSchema, known: Steadiness) {
    this.#schema = schema;
    this.#known = known;
    this.#ofRows = schemaOfRows(schema, new Set(Object.keys(known.fields)));
  }

  /** A query that asks for nothing but steady fields of rows; null for any other. */
  of({ document, operation, name }: CheckedOperation, plan: Plan): SteadyQuery | null {
    const nodes = operation.selectionSet.selections;
    const isPlain = nodes.every((node) => node.kind === Kind.FIELD && !node.directives?.length);
    if (!isPlain || new Set((nodes as readonly FieldNode[]).map(keyOf)).size < nodes.length) return null;
    const fields = (nodes as readonly FieldNode[]).map((node) => this.#fieldOf(node, document, plan));
    if (!fields.every((field) => field !== null)) return null;
    const rows = compiled(this.#ofRows, withoutSelections(document), name);
    return rows && ((call, variables) => answer(fields, rows, call, variables));
  }

  #fieldOf(node: FieldNode, document: DocumentNode, plan: Plan): RowField | null {
    const { selectionSet } = node;
    const field = this.#schema.getQueryType()!.getFields()[node.name.value];
    const type = field && getNamedType(field.type);
    if (!selectionSet || !isObjectType(type) || !this.#known.fields[type.name]) return null;
    const steady = steadyFieldsOf(this.#known, document, type, selectionSet);
    const run = steady && compiled(this.#over(type), overRows(document, node), null);
    const own = plan.branches[0]?.find(({ key }) => key === keyOf(node))?.plan;
    return run && own ? { key: keyOf(node), texts: new RowTexts(run, own, steady) } : null;
  }

  #over(type: GraphQLObjectType): GraphQLSchema {
    let schema = this.#overRows.get(type.name);
    if (!schema) this.#overRows.set(type.name, (schema = schemaOverRows(type)));
    return schema;
  }
}

const keyOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;

function compiled(schema: GraphQLSchema, document: DocumentNode, name: string | null): CompiledQuery['query'] | null {
  const found = compileQuery(schema, document, name ?? undefined);
  return isCompiledQuery(found) ? found.query : null;
}

/** The fields of Query alone. */
const withoutSelections = (document: DocumentNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? {
          ...node,
          selectionSet: {
            ...node.selectionSet,
            selections: node.selectionSet.selections.map((field) => ({
              ...field,
              selectionSet: undefined,
            })) as FieldNode[],
          },
        }
      : [],
  ),
});

/** `{ rows { … } }` with what a field selects. */
const overRows = (document: DocumentNode, { selectionSet }: FieldNode): DocumentNode => ({
  ...document,
  definitions: [
    ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    {
      kind: Kind.OPERATION_DEFINITION,
      operation: OperationTypeNode.QUERY,
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'rows' }, selectionSet: selectionSet! }],
      },
    },
  ],
});

async function answer(
  fields: readonly RowField[],
  rows: CompiledQuery['query'],
  call: Call,
  variables: Variables,
): Promise<SteadyAnswer | null> {
  if (call.actor.role === 'PARTNER') return null; // what they pull is written down, field by field
  const asked = rows(undefined, call, variables);
  const { data: found, errors } = asked instanceof Promise ? await asked : asked;
  if (errors || !found) return null;
  const data: Record<string, unknown> = {};
  let text = '';
  for (const { key, texts } of fields) {
    const given = found[key] as object | null | readonly (object | null)[];
    const under = texts.under(call);
    if (under === null) return null;
    const list = Array.isArray(given) ? (given as readonly (object | null)[]) : [given as object | null];
    const known = textsOf(texts, call, list, under);
    const told = known instanceof Promise ? await known : known;
    if (!told) return null;
    data[key] = Array.isArray(given) ? told : told[0]!;
    const written = told.map((each) => (each === null ? 'null' : each.text)).join(',');
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${Array.isArray(given) ? `[${written}]` : written}`;
  }
  return { text: `{${text}}`, data };
}

type Told = readonly (RowText | null)[];

/** Of each row, null for none; null altogether where it has to be asked in another way. */
function textsOf(texts: RowTexts, call: Call, rows: readonly (object | null)[], under: string): Awaitable<Told | null> {
  const told: (RowText | null)[] = [];
  const missing: number[] = [];
  rows.forEach((row, i) => {
    const kept = row && texts.recall(row, under, call.now);
    told.push(kept ?? null);
    if (kept === undefined) missing.push(i);
  });
  return missing.length === 0
    ? told
    : completed(told, missing, () =>
        texts.work(
          call,
          missing.map((i) => rows[i]!),
          under,
        ),
      );
}

async function completed(
  told: (RowText | null)[],
  missing: readonly number[],
  work: () => Promise<readonly RowText[] | null>,
): Promise<Told | null> {
  const worked = await work();
  if (!worked) return null;
  missing.forEach((at, i) => (told[at] = worked[i]!));
  return told;
}
