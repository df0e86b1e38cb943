import {
  astFromValue,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  print,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import { callOf, nestedArguments, schema, type Made, type Samples } from './documents.ts';

/** A selection that is being written: of one type, at one place. */
interface Place {
  readonly type: GraphQLObjectType;
  readonly lines: string[];
}

/**
 * All that can be read from one root field: every field of every type that it leads to, each type once and as near to the root
 * as can be, so that the document ends.
 */
export function wholeCall(kind: 'Query' | 'Mutation', name: string, samples: Samples): Made {
  const type = kind === 'Query' ? schema.getQueryType()! : schema.getMutationType()!;
  const lacking: string[] = [];
  const selection = selectionOf(type.getFields()[name]!, samples, lacking);
  const made = callOf(kind, name, selection, samples);
  return { ...made, lacking: [...made.lacking, ...lacking] };
}

function selectionOf(root: GraphQLField<unknown, unknown>, samples: Samples, lacking: string[]): string {
  const seen = new Set<string>();
  const top: (string | (() => string))[] = [];
  const waiting: Place[] = [];
  const open = (type: unknown): (() => string) => {
    const types = isAbstractType(type) ? [...schema.getPossibleTypes(type)] : isObjectType(type) ? [type] : [];
    const places = types
      .filter((each) => !seen.has(each.name))
      .map((each) => {
        seen.add(each.name);
        const place: Place = { type: each, lines: [] };
        waiting.push(place);
        return place;
      });
    return () =>
      `{ __typename ${places.map(({ type: each, lines }) => `... on ${each.name} { ${lines.join(' ')} }`).join(' ')} }`;
  };
  const rootType = getNamedType(root.type);
  if (isCompositeType(rootType)) top.push(open(rootType));
  const late: (() => void)[] = [];
  for (let place = waiting.shift(); place; place = waiting.shift()) {
    const { type, lines } = place;
    for (const field of Object.values(type.getFields())) {
      const inner = getNamedType(field.type);
      const passed = passedTo(field, `${type.name}.${field.name}`, samples, lacking);
      // Types give one field name different types or arguments: each gets a name of its own.
      const named = `${type.name}_${field.name}: ${field.name}${passed}`;
      if (!isCompositeType(inner)) lines.push(named);
      else {
        const text = open(inner);
        const at = lines.push('') - 1;
        late.push(() => (lines[at] = `${named} ${text()}`));
      }
    }
  }
  for (const write of late.toReversed()) write();
  return top.map((each) => (typeof each === 'string' ? each : each())).join(' ');
}

function passedTo(field: GraphQLField<unknown, unknown>, path: string, samples: Samples, lacking: string[]): string {
  const needed = field.args.filter(isRequiredArgument);
  if (needed.length === 0) return '';
  const values = nestedArguments(field, path, samples, lacking);
  return `(${needed.map((arg) => `${arg.name}: ${print(astFromValue(values[arg.name], arg.type)!)}`).join(', ')})`;
}

/** The merchant, buyer or product within which something was met: its kind, and the platform's own id of it. */
export interface Owner {
  readonly kind: string;
  readonly externalId: unknown;
}

/** One field of one object of an answer. */
export interface Seen {
  readonly field: string; // "Type.field"
  /** The object, by the names of its type's own fields. */
  readonly row: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly owner: Owner | null;
}

/** Every field of every object in an answer to a whole query. */
export function* everySeen(value: unknown, path = 'it', owner: Owner | null = null): Generator<Seen> {
  if (Array.isArray(value)) for (const [i, each] of value.entries()) yield* everySeen(each, `${path}.${i}`, owner);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const own = Object.entries(value as Record<string, unknown>).filter(([key]) => /^[A-Z]\w*_/.test(key));
  const row = Object.fromEntries(own.map(([key, each]) => [key.slice(key.indexOf('_') + 1), each]));
  const isSubject = 'externalId' in row && 'kind' in row;
  const nearest = isSubject ? { kind: String(row['kind']), externalId: row['externalId'] } : owner;
  for (const [key, each] of own) {
    yield { field: key.replace('_', '.'), row, path: `${path}.${key}`, owner: nearest };
    yield* everySeen(each, `${path}.${key}`, nearest);
  }
}
