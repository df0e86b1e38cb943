import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Call } from '../../access/call.ts';
import { andThen, type Awaitable } from '../../kernel/awaitable.ts';
import { purseOf, type Purse } from '../budget/callers.ts';
import { rateHeaders, type Header } from '../budget/rate-headers.ts';
import { throttled } from '../budget/throttled.ts';
import type { Variables } from './arguments.ts';
import type { Plan } from './plan.ts';
import { actualPoints, requestedPoints } from './points.ts';
import { noteSpending, spendingOf, type Spending } from './spending.ts';

/** The most that one request may cost where callers have no budget of their own. */
export const MOST_POINTS = 100_000;

/** Prices an operation before it is run, and takes the points from the caller's bucket. Throws where they are too many. */
export function charge(call: Call, plan: Plan, variables: Variables): Awaitable<void> {
  const requested = requestedPoints(plan, variables);
  const purse = purseOf(call);
  const most = purse?.allowance.maximum ?? MOST_POINTS;
  if (requested > most) throw tooExpensive(requested, most);
  if (!purse) return noteSpending(call, { plan, requested, isGranted: true, available: null });
  return andThen(purse.budgets.take(purse.caller, purse.allowance, requested), (taken) => {
    const { isGranted, available } = taken;
    noteSpending(call, { plan, requested, isGranted, available });
    if (!isGranted) throw throttled(purse.allowance, taken, requested);
  });
}

/** As if it had not been asked. */
export function giveBack(call: Call): void {
  const spending = spendingOf(call);
  const purse = purseOf(call);
  if (spending?.isGranted) purse?.budgets.charge(purse.caller, purse.allowance, -spending.requested);
  noteSpending(call, null);
}

export interface Bill {
  /** As `extensions.cost` has it. */
  readonly cost: object;
  readonly actual: number | null; // points; null: nothing was done
  readonly headers: readonly Header[];
}

/** Gives back what was not needed, and tells what was. */
export function billOf(call: Call, spending: Spending, variables: Variables, data: unknown): Bill {
  const purse = purseOf(call);
  const actual = spending.isGranted ? settled(spending, variables, data, purse) : null;
  const available = purse ? purse.budgets.left(purse.caller, purse.allowance) : null;
  return {
    cost: {
      requestedQueryCost: spending.requested,
      actualQueryCost: actual,
      throttleStatus: purse && throttleStatus(purse, available!),
    },
    actual,
    headers: purse ? rateHeaders(purse.allowance, available!) : [],
  };
}

function settled({ plan, requested }: Spending, variables: Variables, data: unknown, purse: Purse | null): number {
  const actual = actualPoints(plan, variables, data, requested);
  if (actual < requested) purse?.budgets.charge(purse.caller, purse.allowance, actual - requested);
  return actual;
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
