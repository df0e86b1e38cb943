import { GraphQLScalarType } from 'graphql';
import { GraphQLDate, GraphQLDateTimeISO, GraphQLJSON, GraphQLSafeInt } from 'graphql-scalars';

/** Takes "2026-11-21" as that day's first instant; gives the day of a Date, or such a text as it is. */
export const DateScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDate.toConfig(),
  name: 'Date',
  description: 'A day in UTC, such as `2026-11-21` (RFC 3339 full-date).',
});

/** Takes and gives a Date; milliseconds since 1970 are given too. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
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
