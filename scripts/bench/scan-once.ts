// One scan of the market in a process of its own, so that its memory is the scan's alone; its report as JSON.
import { openDatabase } from '../../src/db/database.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { scanMarket } from '../../src/integrity/scan-market.ts';
import { NOW } from './scan-fill.ts';

async function main(): Promise<void> {
  const limits = { statementTimeoutMs: 0 };
  const url = process.env['DATABASE_URL']!;
  const database = await openDatabase({ url, dataDir: '', entities: [], migrate: false, limits });
  try {
    process.stdout.write(`${JSON.stringify(await scanMarket(database.pool, foldingsAt, NOW))}\n`);
  } finally {
    await database.close();
  }
}

await main();
