import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { errorFormat } from '../errors.ts';
import { Invalid } from './operations.ts';
import { NoLonger } from './stream.ts';

type Format = ReturnType<typeof errorFormat>;
const OURS = 'INTERNAL_SERVER_ERROR'; // as Apollo calls what has no code

/** What a caller is told of whatever was thrown, in the shape of all errors. */
export function toldOf(format: Format, error: unknown): readonly GraphQLFormattedError[] {
  if (error instanceof Invalid) return error.errors.flatMap((each) => toldOf(format, each));
  if (error instanceof NoLonger) return toldOf(format, error.cause);
  if (!(error instanceof GraphQLError)) return [format({ message: '' }, error)];
  if (error.originalError && !error.path) return toldOf(format, error.originalError);
  const { http: _, ...extensions } = error.extensions;
  return [format({ ...error.toJSON(), extensions: { code: OURS, ...extensions } }, error)];
}

export const codeOf = ([first]: readonly GraphQLFormattedError[]): string =>
  typeof first?.extensions?.['code'] === 'string' ? first.extensions['code'] : 'INTERNAL';

/** As graphql-transport-ws has them where it says something, else as RFC 6455 does. */
export const CLOSE = {
  GOING_AWAY: 1001,
  TRY_AGAIN_LATER: 1013, // of IANA's registry of close codes
  BAD_REQUEST: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  INTERNAL: 4500,
} as const;

/** With what a socket is closed when nobody is let in by what it showed, or is no more. */
export function closeCodeOf([first]: readonly GraphQLFormattedError[]): number {
  const { kind, code } = first?.extensions ?? {};
  if (kind === 'UNAUTHENTICATED' || code === 'UNAUTHENTICATED') return CLOSE.UNAUTHORIZED;
  if (kind === 'UNAVAILABLE' || code === 'THROTTLED') return CLOSE.TRY_AGAIN_LATER;
  return code === 'INTERNAL' ? CLOSE.INTERNAL : CLOSE.FORBIDDEN;
}
