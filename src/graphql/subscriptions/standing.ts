import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApolloFastifyContextFunction } from '@as-integrations/fastify';
import type { Call } from '../../access/call.ts';

/** What a request says of whoever sends it, by HTTP or at the opening of a socket. */
export type Asking = Pick<FastifyRequest, 'headers' | 'ip' | 'method' | 'url' | 'body'>;

/** Nothing that makes a call looks at more of a request than this, and at nothing of its reply. */
export const askedBy = (callOf: ApolloFastifyContextFunction<Call>, asking: Asking): Promise<Call> =>
  callOf(asking as FastifyRequest, undefined as unknown as FastifyReply);

/** Who somebody is at this moment, by what was shown when the subscription was opened. */
export type Standing = (asking: Asking) => Promise<Call>;

/**
 * Those who show the same at one moment share one look and one call: so the rows of an event are read once for all of them. `callOf` looks
 * at the clock and at the database after the last of them has asked.
 */
export function standings(callOf: ApolloFastifyContextFunction<Call>): Standing {
  const asked = new Map<string, Promise<Call>>();
  return (asking) => {
    const key = shownIn(asking);
    let call = asked.get(key);
    if (!call) {
      call = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        asked.delete(key);
        return askedBy(callOf, asking);
      });
      asked.set(key, call);
    }
    return call;
  };
}

const shownIn = ({ headers, ip }: Asking): string =>
  JSON.stringify([ip, headers.authorization, headers['x-api-key'], headers['credence-purpose']]);
