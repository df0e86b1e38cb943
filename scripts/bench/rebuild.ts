import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../../src/db/database.ts';
import { entities } from '../../src/entities.ts';
import { historyDir, importOf } from './imports.ts';
import { multiplyHistory } from './multiply.ts';
import { credence } from './process.ts';
import { atLeast, type Scenario, type Setting } from './scenario.ts';

/** So many orders are imported; a longer history is that one several times over. */
const MOST_IMPORTED = 200_000;

/** All standings of a history, which are gone, from its ledger; as the command does it. */
export const rebuild: Scenario = async (setting) => {
  const dataDir = await filled(setting);
  const database = await openDatabase({ url: null, dataDir, entities });
  const { rows } = await database.pool.query<{ postings: string }>('select count(*) as postings from posting');
  const postings = Number(rows[0]!.postings);
  await database.pool.query('truncate standing');
  await database.close();
  const { lastLine, peakMb } = await credence(['standing', 'rebuild', '--json'], dataDir);
  const { seconds } = JSON.parse(lastLine) as { seconds: number };
  process.stderr.write(`rebuild: ${seconds.toFixed(2)} s, ${peakMb.toFixed(0)} MB\n`);
  return [atLeast(`rebuild of standings from ${postings} postings`, postings / seconds, 'postings/s', 500_000)];
};

async function filled({ dir, orders }: Setting): Promise<string> {
  if (existsSync(historyDir(dir))) return historyDir(dir);
  const own = path.join(dir, 'rebuild');
  mkdirSync(own, { mode: 0o755 }); // Postgres must be able to reach it
  await importOf({ dir: own, orders: Math.min(orders, MOST_IMPORTED) });
  const database = await openDatabase({ url: null, dataDir: historyDir(own), entities });
  await multiplyHistory(database.url, Math.ceil(orders / MOST_IMPORTED));
  await database.close();
  return historyDir(own);
}
