import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation, GraphQLResponse } from '@apollo/server';
import type { Call } from '../../access/call.ts';
import { factsOf, noteOperation, type Facts } from './facts.ts';

type Resolved = GraphQLRequestContextDidResolveOperation<Call>;

const MOST_CODES = 10;

/** Notes what an operation is and what becomes of it. */
export const watchPlugin: ApolloServerPlugin<Call> = {
  requestDidStart: async ({ contextValue }) => {
    const facts = factsOf(contextValue);
    if (!facts) return;
    return {
      didResolveOperation: async ({ operation, operationName, queryHash }: Resolved) => {
        if (!operation) return;
        noteOperation(facts, operation.operation, operationName, queryHash);
      },
      willSendResponse: async ({ response }) => noteAnswer(facts, response),
    };
  },
};

function noteAnswer(facts: Facts, { body }: GraphQLResponse): void {
  if (body.kind !== 'single') return;
  const { errors, extensions } = body.singleResult;
  facts.cost = costIn(extensions);
  if (!errors) return;
  const valuesOf = (name: string): string[] => [
    ...new Set(errors.flatMap((error) => (typeof error.extensions?.[name] === 'string' ? error.extensions[name] : []))),
  ];
  facts.codes = valuesOf('code').slice(0, MOST_CODES);
  facts.incidents = valuesOf('incident').slice(0, MOST_CODES);
}

/** As `extensions.cost` tells it; null where there is none. */
function costIn(extensions: Readonly<Record<string, unknown>> | undefined): number | null {
  const cost = extensions?.['cost'] as { readonly actualQueryCost?: unknown } | undefined;
  return typeof cost?.actualQueryCost === 'number' ? cost.actualQueryCost : null;
}
