import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation, HeaderMap } from '@apollo/server';
import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Call } from '../../access/call.ts';
import { purseOf, type Purse } from '../budget/callers.ts';
import { rateHeaders } from '../budget/rate-headers.ts';
import { billOf, charge } from './charge.ts';
import { planOf, type Plan } from './plan.ts';
import { spendingOf } from './spending.ts';

/** What a request costs that is refused before it is known what it asks for. */
export const REFUSED_POINTS = 5;

/**
 * Prices each operation before it is run, takes the points from the caller's bucket, and gives back what was not needed. Every
 * answer says so in `extensions.cost`.
 */
export const costPlugin: ApolloServerPlugin<Call> = {
  requestDidStart: async () => ({
    didResolveOperation: async (context) =>
      charge(context.contextValue, planFor(context), context.request.variables ?? {}),
    willSendResponse: async ({ request, contextValue: call, response: { body, http } }) => {
      if (body.kind !== 'single') return;
      const spending = spendingOf(call);
      if (!spending) return chargeRefused(purseOf(call), http.headers);
      const { singleResult } = body;
      const { cost, headers } = billOf(call, spending, request.variables ?? {}, singleResult.data);
      for (const [name, value] of headers) http.headers.set(name, value);
      singleResult.extensions = { ...singleResult.extensions, cost };
    },
  }),
};

function chargeRefused(purse: Purse | null, headers: HeaderMap): void {
  if (!purse || headers.has('ratelimit')) return;
  const available = purse.budgets.charge(purse.caller, purse.allowance, REFUSED_POINTS);
  for (const [name, value] of rateHeaders(purse.allowance, available)) headers.set(name, value);
}

const NOTHING: Plan = { branches: [] };

/** Documents are kept by Apollo, so that the plan of one that comes again need not be made again. */
const plans = new WeakMap<OperationDefinitionNode, Plan>();

const planFor = ({ schema, document, operation }: GraphQLRequestContextDidResolveOperation<Call>): Plan =>
  operation ? planOfOperation(schema, document, operation) : NOTHING; // its name is none of the document's: it will be refused

export function planOfOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan {
  let plan = plans.get(operation);
  if (!plan) plans.set(operation, (plan = planOf(schema, fragmentsOf(document), operation)));
  return plan;
}

const fragmentsOf = (document: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> =>
  Object.fromEntries(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
