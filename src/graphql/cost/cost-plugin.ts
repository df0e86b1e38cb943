import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { Call } from '../../access/call.ts';
import { purseOf, type Purse } from '../budget/callers.ts';
import { rateHeaders } from '../budget/rate-headers.ts';
import { throttled } from '../budget/throttled.ts';
import type { Variables } from './arguments.ts';
import { planOf, type Plan } from './plan.ts';
import { actualPoints, requestedPoints } from './points.ts';
import { noteSpending, spendingOf, type Spending } from './spending.ts';

/** The most that one request may cost where callers have no budget of their own. */
export const MOST_POINTS = 100_000;
/** What a request costs that is refused before it is known what it asks for. */
const REFUSED_POINTS = 5;

/**
 * Prices each operation before it is run, takes the points from the caller's bucket, and gives back what was not needed. Every
 * answer says so in `extensions.cost`.
 */
export const costPlugin: ApolloServerPlugin<Call> = {
  requestDidStart: async () => ({
    didResolveOperation: async (context) => {
      const { request, contextValue: call } = context;
      const plan = planFor(context);
      const requested = requestedPoints(plan, request.variables ?? {});
      const purse = purseOf(call);
      const most = purse?.allowance.maximum ?? MOST_POINTS;
      if (requested > most) throw tooExpensive(requested, most);
      const taken = await purse?.budgets.take(purse.caller, purse.allowance, requested);
      const isGranted = taken?.isGranted ?? true;
      noteSpending(call, { plan, requested, isGranted, available: taken?.available ?? null });
      if (purse && taken && !isGranted) throw throttled(purse.allowance, taken, requested);
    },
    willSendResponse: async ({ request, contextValue: call, response: { body, http } }) => {
      const purse = purseOf(call);
      const spending = spendingOf(call);
      if (body.kind !== 'single') return;
      if (!spending) return chargeRefused(purse, http.headers);
      const { singleResult } = body;
      const actual = spending.isGranted ? settled(spending, request.variables ?? {}, singleResult.data, purse) : null;
      const available = purse ? purse.budgets.left(purse.caller, purse.allowance) : null;
      if (purse) setHeaders(http.headers, purse, available!);
      singleResult.extensions = {
        ...singleResult.extensions,
        cost: {
          requestedQueryCost: spending.requested,
          actualQueryCost: actual,
          throttleStatus: purse && throttleStatus(purse, available!),
        },
      };
    },
  }),
};

/** Gives back what was not needed, and tells what was. */
function settled({ plan, requested }: Spending, variables: Variables, data: unknown, purse: Purse | null): number {
  const actual = actualPoints(plan, variables, data, requested);
  if (actual < requested) purse?.budgets.charge(purse.caller, purse.allowance, actual - requested);
  return actual;
}

function chargeRefused(purse: Purse | null, headers: HeaderMap): void {
  if (purse && !headers.has('ratelimit'))
    setHeaders(headers, purse, purse.budgets.charge(purse.caller, purse.allowance, REFUSED_POINTS));
}

function setHeaders(headers: HeaderMap, { allowance }: Purse, available: number): void {
  for (const [name, value] of rateHeaders(allowance, available)) headers.set(name, value);
}

const throttleStatus = ({ allowance: { maximum, restoreRate } }: Purse, available: number) => ({
  maximumAvailable: maximum,
  currentlyAvailable: Math.max(0, Math.floor(available)),
  restoreRate,
});

const tooExpensive = (requested: number, most: number): GraphQLError =>
  new GraphQLError(`A request may cost ${most} points; this one asks for ${requested}. Ask for shorter lists.`, {
    extensions: { code: 'QUERY_TOO_EXPENSIVE', http: { status: 400, headers: new HeaderMap() } },
  });

const NOTHING: Plan = { branches: [] };

/** Documents are kept by Apollo, so that the plan of one that comes again need not be made again. */
const plans = new WeakMap<OperationDefinitionNode, Plan>();

function planFor({ schema, document, operation }: GraphQLRequestContextDidResolveOperation<Call>): Plan {
  if (!operation) return NOTHING; // its name is none of the document's: it will be refused
  let plan = plans.get(operation);
  if (!plan) plans.set(operation, (plan = planOf(schema, fragmentsOf(document), operation)));
  return plan;
}

const fragmentsOf = (document: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> =>
  Object.fromEntries(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
