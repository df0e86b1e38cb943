import { existsSync } from 'node:fs';
import path from 'node:path';
import { writeOrders, sizeFor } from './history.ts';
import { credence } from './process.ts';
import { atLeast, atMost, type Result, type Scenario } from './scenario.ts';

const OLIST = path.resolve(import.meta.dirname, '../../../shared/data/olist/orders.csv');

/** The Olist file into a new database, from the command's start to its end. */
export const olistImport: Scenario = async ({ dir }) => {
  if (!existsSync(OLIST)) return [];
  const { seconds } = await credence(['import', '--mapping', 'olist', OLIST, '--json'], path.join(dir, 'olist'));
  return [atMost('import of the Olist file', seconds, 's', 5)];
};

export const historyDir = (dir: string): string => path.join(dir, 'history');

/** A generated history into a new database. */
export const importOf: Scenario = async ({ dir, orders }) => {
  const file = path.join(dir, 'orders.csv');
  await writeOrders(file, sizeFor(orders));
  const { lastLine, peakMb } = await credence(['import', '--mapping', 'orders', file, '--json'], historyDir(dir));
  const { accepted, seconds } = JSON.parse(lastLine) as { accepted: number; seconds: number };
  return [
    atLeast(`import of ${orders} orders`, accepted / seconds, 'orders/s', 20_000),
    atMost(`import of ${orders} orders: memory`, peakMb, 'MB', 512),
  ];
};

/** Every balance of that history against its ledger. */
export const checkOf: Scenario = async (setting): Promise<Result[]> => {
  const dir = historyDir(setting.dir);
  if (!existsSync(dir)) await importOf(setting);
  const { seconds, lastLine } = await credence(['standing', 'check', '--json'], dir);
  const { postings } = JSON.parse(lastLine) as { postings: number };
  return [atMost(`standing check over ${postings} postings`, seconds, 's', 60)];
};
