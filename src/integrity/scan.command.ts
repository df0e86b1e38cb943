import { parseArgs } from 'node:util';
import { operator } from '../access/operator.ts';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { enterDeed } from '../db/audit.ts';
import { openDatabase } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import { scanMarket, type ScanReport } from './scan-market.ts';
import type { FoldingsOf } from './suspicions.commands.ts';

const HELP = `Usage: npm run -s credence -- scan [--json]

Looks for fake reviews and brushing in the last 90 days of reviews and orders, and writes suspicions for people to decide. What is
probable enough is held until then, as the integrity settings say; nothing is voided unless they say so. The server does the same once an hour.

  --json   end with one line of JSON
`;

/** `foldingsAt`: the policies under which standings are kept. */
export async function runScan(args: string[], io: Io, foldingsAt: (now: number) => FoldingsOf): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  if (positionals.length > 0) throw new Refusal('INVALID', 'USAGE', `scan takes no "${positionals[0]}".`);
  const { databaseUrl, dataDir } = readConfig();
  const limits = { statementTimeoutMs: 0 }; // a large marketplace takes its time
  const database = await openDatabase({ url: databaseUrl, dataDir, entities: [], limits });
  try {
    const now = Date.now();
    await enterDeed(reader(database.pool), { actor: operator(), now }, 'scan', {}, null);
    const report = await scanMarket(database.pool, foldingsAt, now);
    io.out(values.json ? `${JSON.stringify(report)}\n` : told(report));
    return EXIT.DONE;
  } finally {
    await database.close();
  }
}

function told(report: ScanReport): string {
  const { reviews, orders, opened, updated, reopened, held, voided, ordersVoided, confirmed } = report;
  const { readSeconds, scanSeconds, seconds } = report;
  const change = `suspicions: ${opened} opened, ${updated} found again, ${reopened} opened again; reviews: ${held} held, ${voided} voided, ${confirmed} borne out by later ones; orders: ${ordersVoided} voided with their reviews`;
  const times = `reading ${readSeconds.toFixed(1)} s, looking ${scanSeconds.toFixed(1)} s, all in all ${seconds.toFixed(1)} s`;
  return `${reviews} reviews and ${orders} orders of the last 90 days: ${change} (${times}).\n`;
}
