import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import { Kind, OperationTypeNode, type OperationDefinitionNode } from 'graphql';
import { isMarketplace } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { currentDeadline, Deadline, underDeadline } from '../db/deadline.ts';

/** How long a request may take, by what it asks: what is not done by then is cancelled, its SQL too. Milliseconds. */
export interface Timeouts {
  readonly outside: number; // those outside the house
  readonly house: number; // the marketplace's back end and its staff
  readonly long: number; // staff's mutations that look at everybody
}

const LONG_MUTATIONS: readonly string[] = ['backtestPolicy', 'activatePolicy', 'penalizeFakeReviews'];

/** Each request runs under a deadline, which ends early when whoever asked goes away. */
export function keepDeadlines(app: FastifyInstance, endpoint: string, timeouts: Timeouts): void {
  // Once the body is read: what comes before it is called by the socket, outside of any context.
  app.addHook('preHandler', (request, reply, done) => {
    if (request.routeOptions.url !== endpoint) return done();
    const deadline = new Deadline(timeouts.outside);
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) deadline.clear();
      else deadline.abandon();
    });
    underDeadline(deadline, done);
  });
}

/** Grants the time that an operation may take, once it is known who asks for what. */
export const deadlinePlugin = ({ house, long }: Timeouts): ApolloServerPlugin<Call> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, contextValue: { actor } }) => {
      if (isMarketplace(actor)) currentDeadline()?.allow(isLong(operation) ? long : house);
    },
  }),
});

const isLong = (operation: OperationDefinitionNode | undefined): boolean =>
  operation?.operation === OperationTypeNode.MUTATION &&
  operation.selectionSet.selections.some(
    (node) => node.kind !== Kind.FIELD || LONG_MUTATIONS.includes(node.name.value),
  );
