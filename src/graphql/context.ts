import type { ApolloFastifyContextFunction } from '@as-integrations/fastify';
import { authenticate } from '../access/authenticate.ts';
import type { Call } from '../access/call.ts';
import { Refusal } from '../kernel/refusal.ts';
import { asRequestError } from './errors.ts';

/** Makes each request's call: who it is, by its bearer token, and when, by one look at the clock. */
export const callsOf =
  (db: Call['db'], tokenSecret: Uint8Array, clock: () => number): ApolloFastifyContextFunction<Call> =>
  async ({ headers }) => {
    try {
      return await authenticate(db, tokenSecret, headers.authorization, clock());
    } catch (error) {
      throw error instanceof Refusal ? asRequestError(withStandardCode(error)) : error;
    }
  };

/** Clients know UNAUTHENTICATED; that a token is merely too old is worth a code of its own, because a new one mends it. */
const withStandardCode = (refusal: Refusal): Refusal =>
  refusal.code === 'TOKEN_INVALID' ? new Refusal(refusal.kind, 'UNAUTHENTICATED', refusal.message) : refusal;
