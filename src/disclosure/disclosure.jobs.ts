import type { Pool } from 'pg';
import type { Installation } from '../installation.ts';
import { forgetChanges, logChanges } from './changes.job.ts';
import { forgetCredentials, revokeCorrected } from './credentials.job.ts';
import { removeExports, writeExports } from './exports.job.ts';

/** What the worker does for this room. */
export const disclosureJobs = (pool: Pool, installation: Installation, clock: () => number) => [
  logChanges(pool),
  forgetChanges(pool),
  revokeCorrected(pool),
  forgetCredentials(pool),
  writeExports(pool, installation, clock),
  removeExports(pool, installation),
];
