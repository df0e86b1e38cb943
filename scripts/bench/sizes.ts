import { existsSync } from 'node:fs';
import { openDatabase } from '../../src/db/database.ts';
import { entities } from '../../src/entities.ts';
import { historyDir, importOf } from './imports.ts';
import { atMost, type Scenario } from './scenario.ts';

/** Of which tables a thing is made, and by which its number is counted; with their indexes. The limits are what we would be sorry to pass. */
const THINGS = [
  { name: 'a posting', counted: 'posting', tables: ['posting', 'ledger_volume', 'checkpoint'], limit: 400 },
  {
    name: 'an order, without its postings',
    counted: 'order',
    tables: ['order', 'fact_key', 'inbox', 'changed_fact'],
    limit: 1_500,
  },
  {
    name: 'a merchant or buyer',
    counted: 'tally',
    tables: ['merchant', 'buyer', 'tally', 'standing', 'reviewer'],
    limit: 3_000,
  },
  { name: 'two who have dealt, and the days of one', counted: 'pair', tables: ['pair', 'day_tally'], limit: 600 },
] as const;

/** What the disk holds of the imported history. */
export const sizes: Scenario = async (setting) => {
  const dataDir = historyDir(setting.dir);
  if (!existsSync(dataDir)) await importOf(setting);
  const database = await openDatabase({ url: null, dataDir, entities });
  try {
    const results = [];
    for (const { name, counted, tables, limit } of THINGS) {
      const { rows } = await database.pool.query<{ bytes: string }>(
        `select sum(pg_total_relation_size(format('%I', name)::regclass)) as bytes from unnest($1::text[]) as name`,
        [tables],
      );
      const count = await database.pool.query<{ count: string }>(`select count(*) as count from "${counted}"`);
      results.push(atMost(`bytes of ${name}`, Number(rows[0]!.bytes) / Number(count.rows[0]!.count), 'bytes', limit));
    }
    return results;
  } finally {
    await database.close();
  }
};
