import { HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import {
  execute,
  OperationTypeNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Call } from '../access/call.ts';
import type { KnownQueries } from './known-queries.ts';

export interface CompileSettings {
  /** At which coming a document is compiled: most that come once never come again. */
  readonly compileFrom?: number;
  /** For tests: sees each compiled answer beside that of graphql-js. */
  readonly compareCompiled?: (compiled: ExecutionResult, interpreted: ExecutionResult) => void;
}

/**
 * Runs queries that come again and again as compiled functions, which takes half the time. An answer with an error in it is thrown away,
 * and graphql-js runs the query anew, so that errors are always worded and placed by it. Queries change nothing: they can be run twice.
 */
export const compiledQueries = (
  schema: GraphQLSchema,
  known: KnownQueries,
  compareCompiled: CompileSettings['compareCompiled'],
): ApolloServerPlugin<Call> => ({
  requestDidStart: async () => ({
    responseForOperation: async ({ operation, queryHash, document, request, contextValue }) => {
      // A name that is none of the document's finds no operation, whatever the type says.
      if ((operation as OperationDefinitionNode | undefined)?.operation !== OperationTypeNode.QUERY) return null;
      const name = request.operationName ?? null;
      const query = known.met({ text: request.query ?? '', name, hash: queryHash ?? '', document, operation });
      const answer = query && (await query.run(undefined, contextValue, request.variables ?? {}));
      if (answer && compareCompiled) {
        const { variables: variableValues } = request;
        compareCompiled(answer, await execute({ schema, document, contextValue, variableValues, operationName: name }));
      }
      if (!answer || answer.errors || answer.data == null) return null;
      return {
        http: { headers: new HeaderMap() },
        body: { kind: 'single', singleResult: { data: answer.data } },
      };
    },
  }),
});
