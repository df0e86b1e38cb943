import type { ApolloFastifyContextFunction } from '@as-integrations/fastify';
import type { FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Call } from '../access/call.ts';
import { givePurse, type Purse, type Purses } from './budget/callers.ts';
import { throttled } from './budget/throttled.ts';
import { notTrusted, type Documents } from './documents.ts';
import { asRequestError } from './errors.ts';

const LEAST = 1; // point that a caller must have left

/**
 * Lets a call in, once it is known whose it is: with a known document where others are not wanted, and while its budget lasts. Whoever
 * shows wrong tokens or keys has a budget of its own for that, by its address.
 */
export const admitted =
  (
    callOf: ApolloFastifyContextFunction<Call>,
    documents: Documents,
    purses: Purses | null,
  ): ApolloFastifyContextFunction<Call> =>
  async (request, reply) => {
    const call = await (purses ? signedIn(() => callOf(request, reply), request, purses) : callOf(request, reply));
    if (documents.areAll && call.actor.role === 'PUBLIC' && !documents.has(textOf(request)))
      throw asRequestError(notTrusted());
    if (!purses) return call;
    const purse = purses.of(call, request.ip);
    mustHaveSome(purse);
    givePurse(call, purse);
    return call;
  };

async function signedIn(callOf: () => Promise<Call>, { headers, ip }: FastifyRequest, purses: Purses): Promise<Call> {
  if (headers.authorization === undefined && headers['x-api-key'] === undefined) return callOf();
  const purse = purses.ofWrongSignIns(ip);
  mustHaveSome(purse);
  try {
    return await callOf();
  } catch (error) {
    if (isUnauthenticated(error)) purse.budgets.charge(purse.caller, purse.allowance, LEAST);
    throw error;
  }
}

const isUnauthenticated = (error: unknown): boolean =>
  error instanceof GraphQLError && error.extensions['kind'] === 'UNAUTHENTICATED';

function mustHaveSome({ budgets, caller, allowance }: Purse): void {
  const available = budgets.left(caller, allowance);
  const retryMs = ((LEAST - available) * 1000) / allowance.restoreRate;
  if (available < LEAST) throw throttled(allowance, { isGranted: false, available, retryMs }, LEAST);
}

function textOf({ method, url, body }: FastifyRequest): string {
  const text =
    method === 'GET'
      ? new URL(url, 'http://localhost').searchParams.get('query')
      : (body as { readonly query?: unknown } | null)?.query;
  return typeof text === 'string' ? text : '';
}
