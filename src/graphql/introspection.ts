import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, visit, BREAK, type DocumentNode } from 'graphql';
import type { Call } from '../access/call.ts';

const SCHEMA_FIELDS: readonly string[] = ['__schema', '__type', '_service'];

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

/** Documents are kept by Apollo: one that comes again need not be read again. */
const known = new WeakMap<DocumentNode, boolean>();

export function asksForSchema(document: DocumentNode): boolean {
  let asks = known.get(document);
  if (asks === undefined) known.set(document, (asks = findsSchema(document)));
  return asks;
}

function findsSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      if (!SCHEMA_FIELDS.includes(name.value)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
