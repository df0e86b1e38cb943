import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';

const DEMO_NOTICE = 'Filling the empty database with a demo marketplace; CREDENCE_DEMO=0 leaves it empty …\n';
const NOTICE_AFTER_MS = 500; // a database that is not empty is seen to be so long before

/** What the database must hold before anyone asks. */
export async function prepare({ demo, hashSecret }: Config, { pool }: Database, now: number): Promise<void> {
  await ensureDefaultPolicies(reader(pool), now);
  if (!demo) return;
  const notice = setTimeout(() => process.stdout.write(DEMO_NOTICE), NOTICE_AFTER_MS);
  const { fillWithDemo } = await import('../intake/demo.ts');
  await fillWithDemo(pool, hashSecret, now).finally(() => clearTimeout(notice));
}
