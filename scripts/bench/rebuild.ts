import { existsSync } from 'node:fs';
import { openDatabase } from '../../src/db/database.ts';
import { entities } from '../../src/entities.ts';
import { historyDir, importOf } from './imports.ts';
import { credence } from './process.ts';
import { atLeast, type Scenario } from './scenario.ts';

/** All standings of the imported history, which are gone, from its ledger; as the command does it. */
export const rebuild: Scenario = async (setting) => {
  const dataDir = historyDir(setting.dir);
  if (!existsSync(dataDir)) await importOf(setting);
  const database = await openDatabase({ url: null, dataDir, entities });
  const { rows } = await database.pool.query<{ postings: string }>('select count(*) as postings from posting');
  const postings = Number(rows[0]!.postings);
  await database.pool.query('truncate standing');
  await database.close();
  const { lastLine } = await credence(['standing', 'rebuild', '--json'], dataDir);
  const { seconds } = JSON.parse(lastLine) as { seconds: number };
  return [atLeast(`rebuild of standings from ${postings} postings`, postings / seconds, 'postings/s', 500_000)];
};
