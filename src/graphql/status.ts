import type { ApolloServerPlugin } from '@apollo/server';
import type { Call } from '../access/call.ts';
import { headersOf } from './errors.ts';

/**
 * The HTTP status of an answer that holds nothing but refusals. GraphQL answers 200 when some of what was asked could be
 * given; when nothing could, proxies and clients that look at the status alone are told so.
 */
export const statusPlugin: ApolloServerPlugin<Call> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response: { body, http } }) => {
      if (body.kind !== 'single') return;
      const { errors, data } = body.singleResult;
      if (!errors || Object.values(data ?? {}).some((value) => value !== null)) return;
      const status = errors.map(({ extensions }) => statusOf(extensions ?? {})).reduce((a, b) => (a === b ? a : null));
      if (!status) return;
      http.status = status;
      if (status === 429) http.headers.set('retry-after', String(latestOf(errors)));
      for (const [name, value] of headersOf(status)) http.headers.set(name, value);
    },
  }),
};

interface Extensions {
  readonly code?: unknown;
  readonly kind?: unknown;
  readonly retryAfter?: unknown; // seconds
}

const latestOf = (errors: readonly { readonly extensions?: Extensions }[]): number =>
  Math.max(...errors.map(({ extensions }) => Number(extensions?.retryAfter)));

function statusOf({ code, kind, retryAfter }: Extensions): number | null {
  if (retryAfter !== undefined) return 429;
  if (code === 'UNAUTHENTICATED') return 401;
  return kind === 'UNAVAILABLE' ? 503 : null;
}
