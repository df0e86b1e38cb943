import { parseArgs } from 'node:util';
import { EXIT, type Io } from '../command.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { Refusal } from '../kernel/refusal.ts';
import { checkRewards } from './check.ts';

const HELP = `Usage: npm run -s credence -- rewards check [--json]

  check   compares what was given for facts with the books of points, and with what the facts say now.
          Exit status 1 and the differences when one is not as it must be
  --json  end with one line of JSON
`;

export async function run(args: string[], io: Io): Promise<number> {
  const options = {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  if (values.help) {
    io.out(HELP);
    return EXIT.DONE;
  }
  if (positionals.length !== 1 || positionals[0] !== 'check') throw new Refusal('INVALID', 'USAGE', 'Give check.');
  const { databaseUrl, dataDir } = readConfig();
  const limits = { statementTimeoutMs: 0 }; // many grants take their time
  const database = await openDatabase({ url: databaseUrl, dataDir, entities: [], limits });
  try {
    const { grants, differences } = await checkRewards(database.pool, Date.now());
    for (const line of differences) io.err(`${line}\n`);
    const result = differences.length === 0 ? 'all is as facts and books say' : `${differences.length} differences`;
    io.out(
      values.json ? `${JSON.stringify({ grants, differing: differences.length })}\n` : `${grants} grants: ${result}.\n`,
    );
    return differences.length === 0 ? EXIT.DONE : EXIT.NO;
  } finally {
    await database.close();
  }
}
