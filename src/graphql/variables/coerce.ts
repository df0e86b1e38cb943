import {
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
} from 'graphql';

/** What is not plainly right. Whoever gets it asks graphql-js, which says what is wrong, or finds that nothing is. */
export const UNSURE = Symbol('unsure');

/** A value as JSON has it, as its type has it; or UNSURE. */
export type Coerce = (value: unknown) => unknown;

const coercers = new WeakMap<GraphQLInputType, Coerce>();

/**
 * What graphql-js' `coerceInputValue` makes of a value, of any that it takes as it stands. That one keeps the path to each value, in case
 * it has to complain, and makes objects without a prototype, which V8 keeps as hash tables: some 2.5 kB for an event.
 */
export function coercerOf(type: GraphQLInputType): Coerce {
  let coerce = coercers.get(type);
  if (!coerce) coercers.set(type, (coerce = made(type)));
  return coerce;
}

function made(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) return nonNull(coercerOf(type.ofType));
  if (isListType(type)) return listOf(coercerOf(type.ofType));
  if (isInputObjectType(type)) return objectOf(type);
  return isLeafType(type) ? leafOf(type) : () => UNSURE;
}

const nonNull =
  (coerce: Coerce): Coerce =>
  (value) =>
    value === null ? UNSURE : coerce(value);

/** A value that is no list may be meant as a list of one: that is left to graphql-js. */
const listOf =
  (coerce: Coerce): Coerce =>
  (values) => {
    if (values === null) return null;
    if (!Array.isArray(values)) return UNSURE;
    const list: unknown[] = [];
    for (const value of values) {
      const item = coerce(value);
      if (item === UNSURE) return UNSURE;
      list.push(item);
    }
    return list;
  };

const leafOf =
  (type: GraphQLLeafType): Coerce =>
  (value) => {
    if (value === null) return null;
    try {
      return type.parseValue(value) ?? UNSURE;
    } catch {
      return UNSURE;
    }
  };

interface Field {
  readonly name: string;
  readonly coerce: Coerce;
  readonly isRequired: boolean;
  readonly absent: unknown; // its default; undefined: none
}

/** Its fields are looked at when the first value comes: a type may hold itself. */
function objectOf(type: GraphQLInputObjectType): Coerce {
  let fields: readonly Field[] | null = null;
  return (value) => {
    if (value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value) || type.isOneOf) return UNSURE;
    return objectWith((fields ??= fieldsOf(type)), value as Readonly<Record<string, unknown>>);
  };
}

const fieldsOf = (type: GraphQLInputObjectType): Field[] =>
  Object.values(type.getFields()).map(({ name, type: of, defaultValue }) => ({
    name,
    coerce: coercerOf(of),
    isRequired: isNonNullType(of),
    absent: defaultValue,
  }));

function objectWith(fields: readonly Field[], value: Readonly<Record<string, unknown>>): unknown {
  const object: Record<string, unknown> = {};
  let met = 0;
  for (const { name, coerce, isRequired, absent } of fields) {
    const given = value[name];
    if (given === undefined) {
      if (absent !== undefined) object[name] = absent;
      else if (isRequired) return UNSURE;
      continue;
    }
    met++;
    const coerced = coerce(given);
    if (coerced === UNSURE) return UNSURE;
    object[name] = coerced;
  }
  for (const _ in value) met--; // what is left over is a field that the type does not have
  return met === 0 ? object : UNSURE;
}
