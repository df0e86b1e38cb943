import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Call } from '../access/call.ts';
import type { Log } from '../log.ts';
import { compiledQueries, writtenOut, type CompileSettings } from './compiled.ts';
import { DocumentStore } from './document-store.ts';
import { errorFormat } from './errors.ts';
import { introspectionPlugin } from './introspection.ts';
import type { KnownQueries } from './known-queries.ts';
import { noSubscriptions } from './no-subscriptions.ts';
import { shapeRule } from './shape.ts';
import { statusPlugin } from './status.ts';
import { swiftVariables } from './variables/variables.ts';

export const MAX_TOKENS = 1000; // of a query's text
export const MAX_SELECTIONS = 1000; // with fragments written out
export const MAX_VALIDATION_ERRORS = 5; // else a small query could ask for a large answer

/** The GraphQL server over the locked schema, with every limit and every silence set in code rather than by NODE_ENV. */
export async function openApollo(
  app: FastifyInstance,
  schema: GraphQLSchema,
  queries: KnownQueries,
  { isProduction, compareCompiled }: { readonly isProduction: boolean } & CompileSettings,
  log: Log,
  plugins: readonly ApolloServerPlugin<Call>[],
): Promise<ApolloServer<Call>> {
  const apollo = new ApolloServer<Call>({
    schema,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false, // those that storefronts have are in documents.ts
    documentStore: new DocumentStore(),
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false, // main.ts stops us, and in the right order
    parseOptions: { maxTokens: MAX_TOKENS },
    maxRecursiveSelections: MAX_SELECTIONS,
    validationOptions: { maxErrors: MAX_VALIDATION_ERRORS },
    validationRules: [shapeRule],
    formatError: errorFormat(log),
    stringifyResult: writtenOut,
    logger: { debug: () => {}, info: () => {}, warn: log.warn.bind(log), error: log.error.bind(log) },
    plugins: [
      statusPlugin,
      noSubscriptions,
      ...plugins,
      ...(isProduction ? [introspectionPlugin] : []),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(), // a gateway could ask for it
      ApolloServerPluginLandingPageDisabled(),
      fastifyApolloDrainPlugin(app),
      swiftVariables(schema),
      compiledQueries(schema, queries, compareCompiled), // last: what may refuse an operation comes before it is run
    ],
  });
  await apollo.start();
  return apollo;
}
