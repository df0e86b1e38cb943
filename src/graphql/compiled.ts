import { HeaderMap, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import {
  execute,
  OperationTypeNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Call } from '../access/call.ts';
import type { KnownQueries } from './known-queries.ts';
import type { SteadyAnswer } from './rows/steady-queries.ts';

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
      const variables = request.variables ?? {};
      const steady = compareCompiled ? null : await query?.steady?.(contextValue, variables); // that one is compared in the lane
      if (steady) return answerWith(steadyData(steady));
      const answer = query && (await query.run(undefined, contextValue, variables));
      if (answer && compareCompiled) {
        const asked = { schema, document, contextValue, variableValues: variables, operationName: name };
        compareCompiled(answer, await execute(asked));
      }
      if (!answer || answer.errors || answer.data == null) return null;
      return answerWith(answer.data);
    },
  }),
});

const answerWith = (data: Record<string, unknown>): GraphQLResponse => ({
  http: { status: undefined, headers: new HeaderMap() },
  body: { kind: 'single', singleResult: { data } },
});

const TEXT = Symbol('text');
type WithText = Record<string, unknown> & { readonly [TEXT]?: string };

const textOf = (data: WithText): string | undefined => data[TEXT];
const steadyData = ({ data, text }: SteadyAnswer): WithText => Object.assign(data as WithText, { [TEXT]: text });

/** As Apollo writes an answer. What is written already is not written anew. */
export function writtenOut(result: FormattedExecutionResult): string {
  const { data, errors, extensions } = result;
  const text = errors ? undefined : textOf(data ?? {});
  if (text === undefined) return `${JSON.stringify(result)}\n`;
  return `{"data":${text}${extensions ? `,"extensions":${JSON.stringify(extensions)}` : ''}}\n`;
}
