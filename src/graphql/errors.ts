import { randomUUID } from 'node:crypto';
import { HeaderMap } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { currentDeadline } from '../db/deadline.ts';
import { isCancelled, isUnkeepableText } from '../db/failures.ts';
import { Refusal, type RefusalKind } from '../kernel/refusal.ts';
import type { Log } from '../log.ts';

const OURS = 'INTERNAL_SERVER_ERROR'; // how Apollo calls what has no code

/**
 * What a caller is told of an error. A refusal and what GraphQL itself has to say go out as they are; all else is our own
 * fault: it is logged once, and the caller gets the number under which it was.
 */
export function errorFormat(log: Log) {
  const known = new WeakMap<object, string>(); // one failure may be met by many fields of an answer

  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { message, path, locations, extensions } = formatted;
    const place = { ...(locations && { locations }), ...(path && { path }) };
    const cause = unwrapResolverError(error);
    if (isCancelled(cause)) return refused(currentDeadline()?.over ?? outOfTime(), place);
    if (isUnkeepableText(cause)) return refused(unkeepable(), place);
    if (cause instanceof Refusal) return refused(cause, place);
    if (cause instanceof GraphQLError && extensions?.['code'] !== OURS)
      return { message, ...place, extensions: { ...extensions, ...ownCodeOf(cause) } };

    const { over = null } = currentDeadline() ?? {};
    if (over) return refused(over, place); // what fails after that fails because of it, however the ORM wraps it

    const key = typeof cause === 'object' && cause !== null ? cause : {};
    const incident = known.get(key) ?? randomUUID();
    if (!known.has(key)) log.error({ incident, path, err: cause }, 'a call failed');
    known.set(key, incident);
    return { ...internal(incident), ...place };
  };
}

const refused = (refusal: Refusal, place: object): GraphQLFormattedError => ({
  message: refusal.message,
  ...place,
  extensions: extensionsOf(refusal),
});

const unkeepable = () =>
  new Refusal('INVALID', 'TEXT_INVALID', 'A text holds a character that cannot be kept: U+0000, or half of one.');

/** By Postgres's own `statement_timeout`. */
const outOfTime = () => new Refusal('UNAVAILABLE', 'TIMED_OUT', 'This took longer than it may. Ask for less at once.');

export const internal = (incident: string): GraphQLFormattedError => ({
  message: 'Something went wrong on our side. Tell us the incident, and we can find out what.',
  extensions: { code: 'INTERNAL', incident },
});

/** Apollo calls each error of a validation rule GRAPHQL_VALIDATION_FAILED, and keeps the rule's own one beneath. */
function ownCodeOf({ originalError }: GraphQLError): { code?: unknown } {
  const code = originalError instanceof GraphQLError ? originalError.extensions['code'] : undefined;
  return code === undefined ? {} : { code };
}

const extensionsOf = ({ code, kind, field, retrySeconds }: Refusal) => ({
  code,
  kind,
  ...(field && { field }),
  ...(retrySeconds !== null && { retryAfter: retrySeconds }),
});

const STATUS: Partial<Record<RefusalKind, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, UNAVAILABLE: 503 };

/** A refusal of the whole request, with its HTTP status. */
export function asRequestError(refusal: Refusal): GraphQLError {
  const status = STATUS[refusal.kind] ?? 400;
  const http = { status, headers: new HeaderMap(headersOf(status)) };
  return new GraphQLError(refusal.message, { extensions: { ...extensionsOf(refusal), http } });
}

/** What the status demands (RFC 9110, sections 11.6.1 and 10.2.3). */
export function headersOf(status: number): [name: string, value: string][] {
  if (status === 401) return [['www-authenticate', 'Bearer realm="credence"']];
  return status === 503 ? [['retry-after', '1']] : [];
}
