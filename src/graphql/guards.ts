import type { ApolloServerPlugin } from '@apollo/server';
import type { ApolloFastifyContextFunction } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { Call } from '../access/call.ts';
import type { Log } from '../log.ts';
import { admitted } from './admission.ts';
import { Budgets } from './budget/budget.ts';
import { pursesBy } from './budget/callers.ts';
import { costPlugin } from './cost/cost-plugin.ts';
import { deadlinePlugin, keepDeadlines, type Timeouts } from './deadlines.ts';
import { documentsOf, type Documents } from './documents.ts';
import { timeoutsOf, type LimitSettings } from './limits.ts';
import { readRequests } from './requests.ts';
import { adviseBrowsers } from './web.ts';

export interface Guards {
  readonly documents: Documents;
  readonly timeouts: Timeouts;
  readonly plugins: readonly ApolloServerPlugin<Call>[];
  readonly admit: (callOf: ApolloFastifyContextFunction<Call>) => ApolloFastifyContextFunction<Call>;
  readonly close: () => Promise<void>;
}

interface Guarded extends LimitSettings {
  readonly hashSecret: Buffer;
  readonly clock?: () => number;
}

/** Puts everything before the endpoint that keeps it from being asked too much. */
export async function guard(
  app: FastifyInstance,
  endpoint: string,
  settings: Guarded,
  pool: Pool,
  log: Log,
): Promise<Guards> {
  const { budgets: allowances = null, hashSecret } = settings;
  const documents = documentsOf(settings.documents ?? null, settings.isSafelisted ?? false);
  const timeouts = timeoutsOf(settings.timeoutSeconds);
  const budgets = new Budgets(pool, log, settings.clock ?? Date.now);
  await adviseBrowsers(app, settings.corsOrigins ?? []);
  readRequests(app, endpoint, documents);
  keepDeadlines(app, endpoint, timeouts);
  return {
    documents,
    timeouts,
    plugins: [costPlugin, deadlinePlugin(timeouts)],
    admit: (callOf) => admitted(callOf, documents, allowances && pursesBy(budgets, allowances, hashSecret)),
    close: () => budgets.close(),
  };
}
