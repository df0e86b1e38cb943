import path from 'node:path';
import { slopeOf } from './growth.ts';
import { fillMarket } from './market.ts';
import { ours, type Rival } from './rivals.ts';
import { compared, ofBoth } from './rounds.ts';
import { atMost, type Scenario } from './scenario.ts';
import { onStage } from './stage.ts';
import { QUERY, questionsAmong } from './storefront.ts';

/** Of each some hundred postings, of which the storefront reads none. It asks for some 40,000 of them, again and again. */
const MERCHANTS = [1_000, 10_000, 100_000, 1_000_000];
const CONNECTIONS = 32;

/** What a storefront's read costs beside more and more merchants: the exponent by which its cost grows with them. */
export const storefrontGrowth: Scenario = async ({ dir }) => {
  const rivals: readonly Rival[] = [
    { name: 'credence', start: ours, path: '/graphql', bodyOf: (ids) => ({ query: QUERY, variables: { ids } }) },
  ];
  const costs: number[] = [];
  for (const merchants of MERCHANTS) {
    const dataDir = path.join(dir, `grown-${merchants}`);
    const fill = (database: Parameters<typeof fillMarket>[0]) => fillMarket(database, merchants, Date.now());
    await onStage({ dataDir, rivals, fill }, async ({ running, postgres }) => {
      const questions = questionsAmong(merchants);
      process.stderr.write(`${merchants} merchants: `);
      const rounds = await compared({ running, questions, connections: CONNECTIONS, dir, postgres });
      const sorted = rounds
        .get('credence')!
        .map(ofBoth)
        .toSorted((a, b) => a - b);
      costs.push(sorted[Math.floor(sorted.length / 2)]!);
    });
  }
  const slope = slopeOf(MERCHANTS.map(Math.log), costs.map(Math.log));
  return [atMost('storefront: exponent of its cost', slope, '', 0.05)];
};
