import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Allowance } from '../../kernel/allowance.ts';
import type { Taken } from './budget.ts';
import { rateHeaders } from './rate-headers.ts';

/** The whole request is refused, with what a client needs to know in order to come back in time. */
export function throttled(allowance: Allowance, { available, retryMs }: Taken, requested: number): GraphQLError {
  const seconds = Math.max(1, Math.ceil(retryMs / 1000));
  const left = Math.max(0, Math.floor(available));
  const message = `This costs ${requested} points, and you have ${left}. Try again in ${seconds} s.`;
  const headers = new HeaderMap([['retry-after', String(seconds)], ...rateHeaders(allowance, available)]);
  return new GraphQLError(message, { extensions: { code: 'THROTTLED', http: { status: 429, headers } } });
}
