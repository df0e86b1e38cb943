import { costOf, median, openBench, OURS, report, sendersOf, SPREAD, type Round } from './ingest.ts';
import { atMost, type Scenario } from './scenario.ts';

/** Orders that are there before; each leaves about three postings. The last takes half an hour, and must be asked for: `--large`. */
const SIZES = [3_200, 32_000, 320_000, ...(process.argv.includes('--large') ? [3_200_000] : [])];
const ROUNDS = 3;

/** What an event costs beside ledgers of 10,000 to 1,000,000 postings: the exponent by which the cost of a history grows with it. */
export const ingestGrowth: Scenario = async ({ dir }) => {
  const costs: number[] = [];
  for (const orders of SIZES) {
    const bench = await openBench(dir, [`grown_${orders}`], orders);
    try {
      const server = await bench.start(OURS, `grown_${orders}`);
      const rounds: Round[] = [];
      for (let i = -1; i < ROUNDS; i++) {
        const round = await bench.measured(server, sendersOf({ ...SPREAD, tag: `g${i + 1}`, until: Date.now() }));
        if (i >= 0) rounds.push(round);
      }
      report(`${orders}`, rounds);
      costs.push(median(rounds.map(costOf)));
    } finally {
      await bench.close();
    }
  }
  return [atMost('ingest: exponent of its cost', 1 + slopeOf(SIZES.map(Math.log), costs.map(Math.log)), '', 1.05)];
};

/** Of the line that fits best, by least squares. */
export function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [x0, y0] = [mean(xs), mean(ys)];
  return xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i]! - y0), 0) / xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
}
