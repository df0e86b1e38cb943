import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, visit, BREAK, type DocumentNode } from 'graphql';
import type { Call } from '../access/call.ts';

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

function asksForSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      if (name.value !== '__schema' && name.value !== '__type') return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
