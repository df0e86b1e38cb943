import path from 'node:path';
import type { Database } from '../../src/db/database.ts';
import { fillMarket } from './market.ts';
import { ours, peer, type Rival } from './rivals.ts';
import { against, compared, ofBoth, ofServer, ratioAtMost } from './rounds.ts';
import type { Result, Scenario } from './scenario.ts';
import { onStage } from './stage.ts';
import { QUERY, questionsAmong } from './storefront.ts';

const MERCHANTS = 100_000;
const CONNECTIONS = [32, 1] as const;
const FORGET_EVERY_MS = 100;

const bodyOf = (query: string) => (ids: unknown) => ({ query, variables: { ids } });
const RIVALS: readonly Rival[] = [
  { name: 'limit', start: peer('limit.mjs'), path: '/', bodyOf: bodyOf('') },
  { name: 'credence', start: ours, path: '/graphql', bodyOf: bodyOf(QUERY) },
];

/** The storefront's read of merchants that are not remembered: ten times a second everything is forgotten. */
export const misses: Scenario = ({ dir }) => {
  const fill = (database: Database) => fillMarket(database, MERCHANTS, Date.now());
  return onStage({ dataDir: path.join(dir, 'misses'), rivals: RIVALS, fill }, async (stage) => {
    const { running, postgres } = stage;
    const results: Result[] = [];
    const forgetting = setInterval(() => void forgetAll(stage.database), FORGET_EVERY_MS);
    try {
      const questions = questionsAmong(MERCHANTS);
      for (const connections of CONNECTIONS) {
        const rounds = await compared({ running, questions, connections, dir, postgres });
        const ratio = (what: string, cost: typeof ofServer, bar: number) =>
          ratioAtMost(
            { name: `misses at ${connections}: ${what}`, figures: against(rounds, 'credence', 'limit', cost) },
            bar,
          );
        results.push(ratio('cpuVsLimit', ofServer, 4), ratio('cpuVsLimit, with Postgres', ofBoth, 3));
      }
    } finally {
      clearInterval(forgetting);
    }
    return results;
  });
};

/** As when more subjects were moved at once than can be named. */
const forgetAll = ({ pool }: Database): Promise<unknown> => pool.query('insert into move (subject_ids) values (null)');
