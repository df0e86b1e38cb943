import type { ApolloFastifyContextFunction } from '@as-integrations/fastify';
import { authenticate, type Door } from '../access/authenticate.ts';
import type { Call } from '../access/call.ts';
import type { Reader } from '../db/tx.ts';
import { PURPOSE_HEADER } from '../access/terms.ts';
import { Refusal } from '../kernel/refusal.ts';
import { asRequestError } from './errors.ts';
import { factsOf, noteCall } from './watch/facts.ts';

/** Makes each request's call: who it is, by its token or key, and when, by one look at the clock. `sql`: by which it is looked up. */
export const callsOf =
  (db: Call['db'], door: Door, clock: () => number, sql?: Reader): ApolloFastifyContextFunction<Call> =>
  async (request) => {
    const { headers, ip } = request;
    const facts = factsOf(request);
    try {
      const call = await authenticate(db, door, { headers, ip }, clock(), sql);
      if (facts) noteCall(facts, call);
      if (call.actor.role === 'PARTNER') call.purpose = headers[PURPOSE_HEADER]?.toString() ?? null;
      return call;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refusal = withStandardCode(error);
      if (facts) facts.codes = [refusal.code];
      throw asRequestError(refusal);
    }
  };

const CALL = Symbol('call');
type WithCall = object & { [CALL]?: Promise<Call> };

/** The same call however often a request asks for it. */
export const onceEach =
  (callOf: ApolloFastifyContextFunction<Call>): ApolloFastifyContextFunction<Call> =>
  (request, reply) =>
    ((request as WithCall)[CALL] ??= callOf(request, reply));

const STANDARD: readonly string[] = ['TOKEN_INVALID', 'API_KEY_INVALID'];

/** Clients know UNAUTHENTICATED; that a token is merely too old is worth a code of its own, because a new one mends it. */
const withStandardCode = (refusal: Refusal): Refusal =>
  STANDARD.includes(refusal.code) ? new Refusal(refusal.kind, 'UNAUTHENTICATED', refusal.message) : refusal;
