import pg from 'pg';
import { openLog } from '../../src/log.ts';
import { openWebhooks } from '../../src/webhooks/webhooks.jobs.ts';
import { startWorker } from '../../src/worker.ts';
import { anInstallation } from '../kit/installation.ts';
import { QUICK } from './patience.ts';

/** A process that delivers, to be killed: `node deliverer.ts DATABASE_URL`. */
const url = process.argv[2]!;
const log = openLog('error');
const webhooks = openWebhooks({
  pool: new pg.Pool({ connectionString: url, pipeline: true }),
  url,
  installation: anInstallation(),
  clock: Date.now,
  log,
  patience: QUICK,
  pace: { pollMs: 25, leaseMs: 200, stoppingMs: 300 },
  timeoutMs: 500,
  everyMs: 20,
});
startWorker(webhooks.jobs, log);
process.stdout.write('delivering\n');
