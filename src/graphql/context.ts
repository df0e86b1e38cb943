import type { ApolloFastifyContextFunction } from '@as-integrations/fastify';
import { authenticate, type Door } from '../access/authenticate.ts';
import type { Call } from '../access/call.ts';
import { Refusal } from '../kernel/refusal.ts';
import { asRequestError } from './errors.ts';
import { factsOf, noteCall } from './watch/facts.ts';

/** Makes each request's call: who it is, by its token or key, and when, by one look at the clock. */
export const callsOf =
  (db: Call['db'], door: Door, clock: () => number): ApolloFastifyContextFunction<Call> =>
  async (request) => {
    const { headers, ip } = request;
    const facts = factsOf(request);
    try {
      const call = await authenticate(db, door, { headers, ip }, clock());
      if (facts) noteCall(facts, call);
      return call;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const refusal = withStandardCode(error);
      if (facts) facts.codes = [refusal.code];
      throw asRequestError(refusal);
    }
  };

const STANDARD: readonly string[] = ['TOKEN_INVALID', 'API_KEY_INVALID'];

/** Clients know UNAUTHENTICATED; that a token is merely too old is worth a code of its own, because a new one mends it. */
const withStandardCode = (refusal: Refusal): Refusal =>
  STANDARD.includes(refusal.code) ? new Refusal(refusal.kind, 'UNAUTHENTICATED', refusal.message) : refusal;
