import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';

const DEMO_NOTICE = 'Filling the empty database with a demo marketplace; CREDENCE_DEMO=0 leaves it empty …\n';

/** What the database must hold before anyone asks. */
export async function prepare({ demo, hashSecret }: Config, { pool, url }: Database, now: number): Promise<void> {
  await ensureDefaultPolicies(reader(pool), now);
  if (!demo) return;
  const { fillIfEmpty } = await import('../intake/demo-apart.ts');
  await fillIfEmpty(pool, { url, hashSecret, now }, () => process.stdout.write(DEMO_NOTICE));
}
