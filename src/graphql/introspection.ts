import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Call } from '../access/call.ts';
import { mentionOf } from './mentions.ts';

export const asksForSchema = mentionOf(['__schema', '__type', '_service']);

/** Lets only signed-in callers ask for the schema. */
export const introspectionPlugin: ApolloServerPlugin<Call> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ document, contextValue }) => {
      if (contextValue.actor.role === 'PUBLIC' && asksForSchema(document))
        throw new GraphQLError('The schema is shown to callers with a bearer token.', {
          extensions: { code: 'UNAUTHENTICATED' },
        });
    },
  }),
};
