import { parseArgs } from 'node:util';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { openDatabase, type Database } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { identify } from '../access/subjects.queries.ts';
import { parseSubject } from '../access/tokens.ts';
import { Refusal } from '../kernel/refusal.ts';
import { checkPoints } from './check.ts';
import { exportStatement, type Format } from './statement.ts';

const HELP = `Usage: npm run -s credence -- points check [--json]
       npm run -s credence -- points export SUBJECT [--from DAY] [--to DAY] [--format csv|jsonl]

  check    compares every balance, lot, hold and debt with the ledger, and sums up all accounts: the sum is 0.
           Exit status 1 and the differences when one is not as it must be
  export   writes the entries of one account to standard output, the oldest first
  SUBJECT  merchant:EXTERNAL_ID or buyer:EXTERNAL_ID
  --from   the first UTC day of recording, such as 2026-01-01; from the beginning, if not given
  --to     the last one; up to now, if not given
  --format csv, unless given
  --json   end with one line of JSON
`;

export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      from: { type: 'string' },
      to: { type: 'string' },
      format: { type: 'string', default: 'csv' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  const [verb, subject, ...rest] = positionals;
  if (verb === 'check' && subject === undefined) return withDatabase((database) => check(database, values.json, io));
  if (verb !== 'export' || subject === undefined || rest.length > 0)
    throw new Refusal('INVALID', 'USAGE', 'Give check, or export SUBJECT.');
  const named = parseSubject(subject);
  const [from, to] = [dayFrom(values.from, 'from'), dayFrom(values.to, 'to')];
  const period = { from: from ?? 0, until: to === null ? Date.now() + 1 : to + DAY_MS };
  if (period.from >= period.until) throw new Refusal('INVALID', 'RANGE_INVALID', '--from must not be after --to.');
  const format = formatFrom(values.format);
  return withDatabase(async ({ pool }) => {
    const sql = reader(pool);
    const actor = { role: 'ADMIN', name: 'points export', subject: { ...named, id: null } } as const;
    const id = (await identify(sql, actor)).subject?.id ?? null;
    if (id === null) throw new Refusal('NOT_FOUND', 'SUBJECT_NOT_FOUND', `There is no ${subject}.`);
    await exportStatement(sql, id, period, format, io.out);
    return EXIT.DONE;
  });
}

async function withDatabase(work: (database: Database) => Promise<number>): Promise<number> {
  const { databaseUrl, dataDir } = readConfig();
  const limits = { statementTimeoutMs: 0 }; // a large ledger takes its time
  const database = await openDatabase({ url: databaseUrl, dataDir, entities: [], limits });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function check({ pool }: Database, isJson: boolean, io: Io): Promise<number> {
  const startedAt = performance.now();
  const { differences, differing, accounts, transfers, sum, balances } = await checkPoints(pool);
  const seconds = (performance.now() - startedAt) / 1000;
  for (const line of differences) io.err(`${line}\n`);
  if (differing > differences.length) io.err(`… and ${differing - differences.length} more\n`);
  if (isJson) {
    const numbers = Object.fromEntries(Object.entries(balances).map(([account, points]) => [account, Number(points)]));
    io.out(`${JSON.stringify({ accounts, transfers, sum: Number(sum), balances: numbers, differing, seconds })}\n`);
  } else {
    const result = differing === 0 ? 'all is as the ledger says, and the sum is 0' : `${differing} differences`;
    io.out(`${accounts} accounts with ${transfers} transfers in ${seconds.toFixed(1)} s: ${result}.\n`);
  }
  return differing === 0 ? EXIT.DONE : EXIT.NO;
}

const DAY_MS = 86_400_000;

function dayFrom(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(text)) return day;
  throw new Refusal('INVALID', 'DAY_INVALID', `--${name} is "${text}"; give a day such as 2026-01-31.`);
}

function formatFrom(text: string): Format {
  if (text === 'csv' || text === 'jsonl') return text;
  throw new Refusal('INVALID', 'FORMAT_INVALID', `--format is "${text}"; give csv or jsonl.`);
}
