import { GraphQLError, GraphQLScalarType, type GraphQLScalarTypeConfig, type ValueNode } from 'graphql';
import { GraphQLDate, GraphQLDateTimeISO, GraphQLJSON, GraphQLSafeInt } from 'graphql-scalars';

/** What it does not take it refuses with a word of what it does. */
const saying = <In, Out>(
  { parseValue, parseLiteral, ...rest }: Readonly<GraphQLScalarTypeConfig<In, Out>>,
  what: string,
): GraphQLScalarTypeConfig<In, Out> => ({
  ...rest,
  parseValue: (value) => orSaying(() => parseValue!(value), what),
  parseLiteral: (node, variables) => orSaying(() => parseLiteral!(node, variables), what, node),
});

function orSaying<In>(parse: () => In, what: string, node?: ValueNode): In {
  try {
    return parse();
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/\.$/, '') : 'It cannot be read';
    throw new GraphQLError(`${message}. Give ${what}.`, { nodes: node });
  }
}

/** Takes "2026-11-21" as that day's first instant; gives the day of a Date, or such a text as it is. */
export const DateScalar = new GraphQLScalarType<Date, string>({
  ...saying(GraphQLDate.toConfig(), 'a day, such as 2026-11-21'),
  name: 'Date',
  description: 'A day in UTC, such as `2026-11-21` (RFC 3339 full-date).',
});

const dateTime = saying(GraphQLDateTimeISO.toConfig(), 'an instant with its offset, such as 2026-11-21T10:15:30Z');
/** What `toISOString` writes, of a day that every month has: nothing is left to be checked. */
const PLAIN_UTC = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** Takes and gives a Date; milliseconds since 1970 are given too. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  ...dateTime,
  parseValue: (value) =>
    typeof value === 'string' && PLAIN_UTC.test(value) ? new Date(value) : dateTime.parseValue!(value),
  name: 'DateTime',
  description:
    'An instant, such as `2026-11-21T10:15:30.000Z` (RFC 3339 date-time). Any offset is taken; UTC with milliseconds is given.',
});

export const JsonScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value: an object, a list, a text, a number, true, false or null.',
});

export const SafeIntScalar = new GraphQLScalarType({
  ...GraphQLSafeInt.toConfig(),
  name: 'SafeInt',
  description: 'A whole number that may be larger than an Int: from -(2^53 - 1) to 2^53 - 1. For amounts of money.',
});
