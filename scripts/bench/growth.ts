import { costOf, median, openBench, OURS, report, sendersOf, SPREAD, type Round } from './ingest.ts';
import { multiplyHistory } from './multiply.ts';
import { atMost, type Scenario } from './scenario.ts';

/** Orders that are there before; each leaves about three postings. */
const SIZES = [3_200, 32_000, 320_000];
/** With `--large`, the last once more with as many copies of it beside. */
const COPIES = process.argv.includes('--large') ? 10 : 1;
const ROUNDS = 3;

/** What an event costs beside ledgers of 10,000 to 1,000,000 postings: the exponent by which the cost of a history grows with it. */
export const ingestGrowth: Scenario = async ({ dir }) => {
  const costs = new Map<number, number>();
  for (const orders of SIZES) {
    const times = orders === SIZES.at(-1) && COPIES > 1 ? [1, COPIES] : [1];
    for (const [size, cost] of await costsBeside(dir, orders, times)) costs.set(size, cost);
  }
  const [sizes, figures] = [[...costs.keys()], [...costs.values()]];
  return [atMost('ingest: exponent of its cost', 1 + slopeOf(sizes.map(Math.log), figures.map(Math.log)), '', 1.05)];
};

/** What an event costs beside so many orders, and beside several times as many; turn by turn on one Postgres. */
async function costsBeside(dir: string, orders: number, times: readonly number[]): Promise<[number, number][]> {
  const sizes = times.map((each) => orders * each);
  const nameOf = (size: number) => `grown_${size}`;
  const bench = await openBench(dir, sizes.map(nameOf), orders);
  try {
    const servers = [];
    for (const [i, size] of sizes.entries()) {
      await multiplyHistory(bench.databases.get(nameOf(size))!.url, times[i]!);
      servers.push({ size, server: await bench.start(OURS, nameOf(size)), rounds: [] as Round[] });
    }
    for (let i = -1; i < ROUNDS; i++)
      for (const { server, rounds } of i % 2 === 0 ? servers : servers.toReversed()) {
        const round = await bench.measured(server, sendersOf({ ...SPREAD, tag: `g${i + 1}`, until: Date.now() }));
        if (i >= 0) rounds.push(round);
      }
    return servers.map(({ size, rounds }): [number, number] => {
      report(String(size), rounds);
      return [size, median(rounds.map(costOf))];
    });
  } finally {
    await bench.close();
  }
}

/** Of the line that fits best, by least squares. */
export function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [x0, y0] = [mean(xs), mean(ys)];
  return xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i]! - y0), 0) / xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
}
