import { checkpointJob } from '../audit/checkpoint.job.ts';
import { sequenceJob } from '../audit/sequence.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { forgetKeyedCalls } from '../db/keyed-calls.job.ts';
import { forgetMoves } from '../db/moves.job.ts';
import { disclosureJobs } from '../disclosure/disclosure.jobs.ts';
import { buildPolicies } from '../grades/building.ts';
import { foldingsAt } from '../grades/foldings.ts';
import { sweepGrades } from '../grades/sweep.ts';
import { sweepFullBudgets } from '../graphql/budget/sweep.job.ts';
import { forgetInquiries } from '../inquiries/inquiries.job.ts';
import type { Installation } from '../installation.ts';
import { expirePendingEvents, forgetRejectedEvents } from '../intake/pending.job.ts';
import { scanHourly } from '../integrity/scan.job.ts';
import type { Log } from '../log.ts';
import { settlePoints } from '../points/settle.job.ts';
import { movePrivileges } from '../rewards/privileges.job.ts';
import { settleRewards } from '../rewards/settle.job.ts';
import { openWebhooks } from '../webhooks/webhooks.jobs.ts';
import { startWorker, type Worker } from '../worker.ts';

/** All that is to be done again and again, in one process of an installation. (In several it is done as well, and costs more.) */
export function startJobs(
  { pool, url }: Pick<Database, 'pool' | 'url'>,
  { hashSecret }: Pick<Config, 'hashSecret'>,
  installation: Installation,
  log: Log,
  clock: () => number,
): Worker {
  const webhooks = openWebhooks({ pool, url, installation, clock, log });
  const worker = startWorker(
    [
      sequenceJob(pool),
      checkpointJob(pool, hashSecret, log),
      buildPolicies(pool, clock),
      expirePendingEvents(pool),
      forgetRejectedEvents(pool),
      forgetKeyedCalls(pool),
      forgetInquiries(pool),
      forgetMoves(pool),
      sweepGrades(pool),
      scanHourly(pool, foldingsAt),
      settlePoints(pool),
      settleRewards(pool),
      movePrivileges(pool),
      sweepFullBudgets(pool),
      ...disclosureJobs(pool, installation, clock),
      ...webhooks.jobs,
    ],
    log,
  );
  return {
    stop: async () => {
      await worker.stop();
      await webhooks.stop();
    },
  };
}
