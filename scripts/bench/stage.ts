import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { newSigningKeys } from '../../src/signing-keys.ts';
import { parentOf } from './processor.ts';
import { installPeers, run, type Rival, type Running } from './rivals.ts';
import { untilStill } from './rounds.ts';

/** One Postgres, and all who are compared over it. */
export interface Stage {
  readonly database: Database;
  readonly postgres: number; // its process
  readonly running: readonly Running[];
}

interface Setting {
  readonly dataDir: string;
  readonly rivals: readonly Rival[];
  readonly fill: (database: Database) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

export const SECRET = Buffer.alloc(32, 1);

/** The product as it is built, and its rivals, over a database of their own; at rest before `work` begins. */
export async function onStage<Answer>(setting: Setting, work: (stage: Stage) => Promise<Answer>): Promise<Answer> {
  installPeers();
  execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
  const database = await openDatabase({ url: null, dataDir: path.resolve(setting.dataDir), entities });
  const running: Running[] = [];
  try {
    await ensureDefaultPolicies(reader(database.pool), Date.now());
    await setting.fill(database);
    const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    const postgres = parentOf(rows[0]!.pid);
    const env = { ...environment(database.url), ...setting.env };
    for (const rival of setting.rivals) running.push(await run(rival, running, env));
    await untilStill([postgres, ...new Set(running.map(({ pid }) => pid))]);
    return await work({ database, postgres, running });
  } finally {
    for (const rival of running) await rival.stop();
    await database.close();
  }
}

function environment(url: string): Record<string, string> {
  const secret = SECRET.toString('base64url');
  const { searchParams, pathname, username } = new URL(url);
  const connection = { host: searchParams.get('host'), port: 5432, user: username, database: pathname.slice(1) };
  return {
    DATABASE_URL: url,
    CONNECTION: JSON.stringify(connection),
    CREDENCE_TOKEN_SECRET: secret,
    CREDENCE_HASH_SECRET: secret,
    CREDENCE_URL: 'https://shop.example',
    CREDENCE_SIGNING_KEYS: newSigningKeys(),
    LOG_LEVEL: 'silent',
    HOST: '127.0.0.1',
    CREDENCE_BUDGETS: 'PUBLIC=999999999:999999999,PARTNER=999999999:999999999,PLATFORM=999999999:999999999', // all is counted, and nobody is sent away
  };
}
