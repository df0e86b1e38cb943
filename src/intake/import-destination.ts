import type { Pool } from 'pg';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { inTransaction, reader } from '../db/tx.ts';
import { entities } from '../entities.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';
import type { Destination, TakeIn } from './import.ts';
import { intakeAt } from './intake.ts';
import { takeIn, type Intake } from './take-in.ts';

/** This installation's own database. */
export async function openDestination(now: number): Promise<Destination> {
  const { databaseUrl, dataDir, hashSecret } = readConfig();
  const database = await openDatabase({ url: databaseUrl, dataDir, entities });
  await ensureDefaultPolicies(reader(database.pool), now); // so that standings are kept from the first row on
  return {
    takeIn: inOrder(database.pool, intakeAt(hashSecret, now)),
    close: () => database.close(),
  };
}

/** A failed serialization, as far as `inTransaction` is concerned: do it again. */
const outOfTurn = (): Error => Object.assign(new Error('the batch before must be done again first'), { code: '40001' });

/**
 * Batches overlap: one is checked and its orders are found while the one before is still being written. What they mean is weighed
 * strictly one batch after the other, so that the same rows give the same bits.
 */
function inOrder(pool: Pool, intake: Intake): TakeIn {
  let before: Promise<unknown> = Promise.resolve();
  let hasFailed: Promise<void> = new Promise(() => {}); // of the batch before: it will try again, and needs what we hold
  return (envelopes) => {
    const [previous, previousFailed] = [before, hasFailed];
    let failed!: () => void;
    hasFailed = new Promise((resolve) => (failed = resolve));
    let attempts = 0;
    const turn = () => Promise.race([previous, previousFailed.then(() => Promise.reject(outOfTurn()))]);
    const outcomes = inTransaction(pool, async (tx) => {
      if (++attempts > 1) {
        failed();
        await previous;
      }
      return takeIn(tx, envelopes, { ...intake, turn });
    });
    before = outcomes;
    return outcomes;
  };
}
