import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { execute, OperationTypeNode, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import type { Call } from '../access/call.ts';

export interface CompileSettings {
  /** At which coming a document is compiled: most that come once never come again. */
  readonly compileFrom?: number;
  /** For tests: sees each compiled answer beside that of graphql-js. */
  readonly compareCompiled?: (compiled: ExecutionResult, interpreted: ExecutionResult) => void;
}

const SECOND_TIME = 2;
/** So many documents are kept compiled; a new one takes the place of the one that came first. */
const MOST_DOCUMENTS = 500;

interface Known {
  times: number;
  run: CompiledQuery['query'] | null;
}

/**
 * Runs queries that come again and again as compiled functions, which takes half the time. An answer with an error in it is thrown away,
 * and graphql-js runs the query anew, so that errors are always worded and placed by it. Queries change nothing: they can be run twice.
 */
export function compiledQueries(
  schema: GraphQLSchema,
  { compileFrom = SECOND_TIME, compareCompiled }: CompileSettings,
): ApolloServerPlugin<Call> {
  const known = new Map<string, Known>();
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ operation, operationName, queryHash, document, request, contextValue }) => {
        const { operation: kind } = operation ?? {}; // a name that is none of the document's finds no operation, whatever the type says
        if (kind !== OperationTypeNode.QUERY) return null;
        const seen = seenAs(known, `${queryHash}/${operationName ?? ''}`);
        if (++seen.times === compileFrom) seen.run = compiled(schema, document, operationName);
        const answer = seen.run && (await seen.run(undefined, contextValue, request.variables ?? {}));
        if (!answer || answer.errors || answer.data == null) return null;
        if (compareCompiled)
          compareCompiled(
            answer,
            await execute({ schema, document, contextValue, variableValues: request.variables, operationName }),
          );
        return {
          http: { headers: new HeaderMap() },
          body: { kind: 'single', singleResult: { data: answer.data } },
        };
      },
    }),
  };
}

function seenAs(known: Map<string, Known>, key: string): Known {
  let seen = known.get(key);
  if (!seen) {
    known.set(key, (seen = { times: 0, run: null }));
    if (known.size > MOST_DOCUMENTS) known.delete(known.keys().next().value!);
  }
  return seen;
}

function compiled(schema: GraphQLSchema, document: DocumentNode, operationName: string | null): Known['run'] {
  const query = compileQuery(schema, document, operationName ?? undefined);
  return isCompiledQuery(query) ? query.query : null; // else it is of a kind that is not compiled
}
