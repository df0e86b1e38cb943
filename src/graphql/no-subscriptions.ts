import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { Call } from '../access/call.ts';

/** Tells whoever sends a subscription as if it were a query where to go. */
export const noSubscriptions: ApolloServerPlugin<Call> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      const { operation: kind } = operation ?? {}; // a name that is none of the document's finds none, whatever the type says
      if (kind === OperationTypeNode.SUBSCRIPTION)
        throw new GraphQLError(
          'Subscriptions are read by WebSocket at /graphql, or as server-sent events from /graphql/stream.',
          { extensions: { code: 'SUBSCRIPTION_BY_HTTP', http: { status: 400, headers: new HeaderMap() } } },
        );
    },
  }),
};
