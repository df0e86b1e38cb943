import { parseArgs } from 'node:util';
import { operator } from '../access/operator.ts';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { enterDeed } from '../db/audit.ts';
import { openDatabase } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { checkStandings } from '../evidence/check.ts';
import { rebuildStandings } from '../evidence/rebuild.ts';
import { Refusal } from '../kernel/refusal.ts';
import { builtFoldingsAt } from './foldings.ts';
import { ensureDefaultPolicies } from './policies.commands.ts';

const HELP = `Usage: npm run -s credence -- standing check | rebuild [--json]

  check    compares every standing, and every other balance, with the postings and reviews that it must add up to, bit for bit;
           exit status 1 and the differences when one does not
  rebuild  drops every standing and folds it anew from its postings
  --json   end with one line of JSON
`;

type Pool = Parameters<typeof checkStandings>[0];

export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const [verb, ...rest] = positionals;
  if ((verb !== 'check' && verb !== 'rebuild') || rest.length > 0)
    throw new Refusal('INVALID', 'USAGE', 'Give check or rebuild.');
  const { databaseUrl, dataDir } = readConfig();
  const limits = { statementTimeoutMs: 0 }; // a large ledger takes its time
  const database = await openDatabase({ url: databaseUrl, dataDir, entities: [], limits });
  try {
    await ensureDefaultPolicies(reader(database.pool), Date.now());
    return await (verb === 'check' ? check : rebuild)(database.pool, values.json, io);
  } finally {
    await database.close();
  }
}

async function check(pool: Pool, isJson: boolean, io: Io): Promise<number> {
  const startedAt = performance.now();
  const report = await checkStandings(pool, builtFoldingsAt(Date.now()));
  const seconds = (performance.now() - startedAt) / 1000;
  for (const line of report.differences) io.err(`${line}\n`);
  if (report.differing > report.differences.length)
    io.err(`… and ${report.differing - report.differences.length} more\n`);
  const { subjects, postings, differing } = report;
  if (isJson) io.out(`${JSON.stringify({ subjects, postings, differing, seconds })}\n`);
  else
    io.out(
      `${subjects} subjects with ${postings} live postings in ${seconds.toFixed(1)} s: ` +
        `${differing === 0 ? 'every balance is what its postings add up to' : `${differing} differences`}.\n`,
    );
  return differing === 0 ? EXIT.DONE : EXIT.NO;
}

async function rebuild(pool: Pool, isJson: boolean, io: Io): Promise<number> {
  const startedAt = performance.now();
  const now = Date.now();
  await enterDeed(reader(pool), { actor: operator(), now }, 'rebuildStandings', {}, null);
  const { subjects, mended } = await rebuildStandings(pool, builtFoldingsAt(now), now);
  const seconds = (performance.now() - startedAt) / 1000;
  if (isJson) io.out(`${JSON.stringify({ subjects, mended, seconds })}\n`);
  else io.out(`${subjects} subjects folded anew in ${seconds.toFixed(1)} s; ${mended} of them had been wrong.\n`);
  return EXIT.DONE;
}
