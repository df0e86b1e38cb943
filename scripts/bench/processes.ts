import path from 'node:path';
import { fillMarket } from './market.ts';
import { familyOf, residentMb } from './processor.ts';
import { ours, type Rival } from './rivals.ts';
import { against, compared, ofBoth, ofThroughput, ratioAtLeast, ratioAtMost } from './rounds.ts';
import { atMost, type Scenario } from './scenario.ts';
import { onStage } from './stage.ts';
import { QUERY, questionsAmong } from './storefront.ts';

const MERCHANTS = 100_000;
const CONNECTIONS = 32;

const serving = (name: string, processes: number): Rival => ({
  name,
  start: ours,
  env: { WEB_CONCURRENCY: String(processes) },
  path: '/graphql',
  bodyOf: (ids) => ({ query: QUERY, variables: { ids } }),
});

/** The storefront's read by two processes beside one, on the cores that Postgres and the asking client need, too. */
export const processes: Scenario = ({ dir }) => {
  const rivals = [serving('one', 1), serving('two', 2)];
  return onStage(
    { dataDir: path.join(dir, 'processes'), rivals, fill: (database) => fillMarket(database, MERCHANTS, Date.now()) },
    async ({ running, postgres }) => {
      const questions = questionsAmong(MERCHANTS);
      const rounds = await compared({ running, questions, connections: CONNECTIONS, dir, postgres });
      const two = running.find(({ name }) => name === 'two')!;
      const memory = familyOf(two.pid).reduce((sum, pid) => sum + residentMb(pid), 0);
      return [
        ratioAtLeast(
          { name: 'two processes: throughput against one', figures: against(rounds, 'two', 'one', ofThroughput) },
          1.2,
        ),
        ratioAtMost(
          { name: 'two processes: processor time against one', figures: against(rounds, 'two', 'one', ofBoth) },
          1.25,
        ),
        atMost('two processes and who started them: memory', memory, 'MB', 700),
      ];
    },
  );
};
