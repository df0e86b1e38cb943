import { readConfig } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { entities } from '../entities.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';
import type { Destination } from './import.ts';
import { intakeAt, takeInBatch } from './intake.ts';

/** This installation's own database. */
export async function openDestination(now: number): Promise<Destination> {
  const { databaseUrl, dataDir, hashSecret } = readConfig();
  const database = await openDatabase({ url: databaseUrl, dataDir, entities });
  await ensureDefaultPolicies(reader(database.pool), now); // so that standings are kept from the first row on
  const intake = intakeAt(hashSecret, now);
  return {
    takeIn: (envelopes) => takeInBatch(database.pool, envelopes, intake),
    close: () => database.close(),
  };
}
