import { operator } from '../access/operator.ts';
import { readConfig } from '../config.ts';
import { enterDeed } from '../db/audit.ts';
import { openDatabase } from '../db/database.ts';
import { reader } from '../db/tx.ts';
import { entities } from '../entities.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';
import type { Destination } from './import.ts';
import { Chain } from './import-chain.ts';
import { intakeAt } from './intake.ts';

/** This installation's own database. */
export async function openDestination(now: number, earns = false): Promise<Destination> {
  const { databaseUrl, dataDir, hashSecret } = readConfig();
  const database = await openDatabase({ url: databaseUrl, dataDir, entities });
  await ensureDefaultPolicies(reader(database.pool), now); // so that standings are kept from the first row on
  await enterDeed(reader(database.pool), { actor: operator(), now }, 'import', {}, null);
  const intake = { ...intakeAt(hashSecret, now), isHistory: true, earns };
  const chain = new Chain(database.pool, intake);
  return { takeIn: (parts) => chain.takeIn(parts), close: () => database.close() };
}
