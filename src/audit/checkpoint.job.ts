import type { Pool } from 'pg';
import { reader } from '../db/tx.ts';
import type { Log } from '../log.ts';
import { readHead } from './audit.queries.ts';
import { signedCheckpoint } from './checkpoint.ts';

const EVERY_MS = 3_600_000;

/** Logs the signed end of the audit log, where it has become longer: logs are kept where the database cannot reach. */
export function checkpointJob(pool: Pool, secret: Uint8Array, log: Log) {
  let told = 0;
  return {
    name: 'sign-audit',
    everyMs: EVERY_MS,
    run: async (): Promise<void> => {
      const head = await readHead(reader(pool));
      if (head.size === told) return;
      told = head.size;
      log.info({ checkpoint: signedCheckpoint(secret, head) }, 'the end of the audit log');
    },
  };
}
