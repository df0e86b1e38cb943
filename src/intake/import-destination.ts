import type { Pool } from 'pg';
import { operator } from '../access/operator.ts';
import { readConfig } from '../config.ts';
import { enterDeed } from '../db/audit.ts';
import { openDatabase } from '../db/database.ts';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { entities } from '../entities.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';
import type { Destination, TakeIn } from './import.ts';
import { intakeAt } from './intake.ts';
import { takeIn, type Intake } from './take-in.ts';

/** This installation's own database. */
export async function openDestination(now: number, earns = false): Promise<Destination> {
  const { databaseUrl, dataDir, hashSecret } = readConfig();
  const database = await openDatabase({ url: databaseUrl, dataDir, entities });
  await ensureDefaultPolicies(reader(database.pool), now); // so that standings are kept from the first row on
  await enterDeed(reader(database.pool), { actor: operator(), now }, 'import', {}, null);
  return {
    takeIn: inOrder(database.pool, { ...intakeAt(hashSecret, now), isHistory: true, earns }),
    close: () => database.close(),
  };
}

/** A failed serialization, as far as `inTransaction` is concerned: do it again. */
const outOfTurn = (): Error => Object.assign(new Error('the batch before must be done again first'), { code: '40001' });

/**
 * Batches overlap: one is checked and its orders are found while the one before is still being written. What they mean is weighed
 * strictly one batch after the other, so that the same rows give the same bits. None begins before the one before it holds all that
 * it has to take before its turn: else either could wait for what the other holds.
 */
function inOrder(pool: Pool, intake: Intake): TakeIn {
  let before: Promise<unknown> = Promise.resolve();
  let hasFailed: Promise<void> = new Promise(() => {}); // of the batch before: it will try again, and needs what we hold
  let isPrepared: Promise<void> = Promise.resolve(); // of the batch before: it waits for its turn, or is done
  return (envelopes) => {
    const [previous, previousFailed, previousPrepared] = [before, hasFailed, isPrepared];
    let [failed, prepared]: (() => void)[] = [];
    hasFailed = new Promise((resolve) => (failed = resolve));
    isPrepared = new Promise((resolve) => (prepared = resolve));
    let attempts = 0;
    const turn = () => {
      prepared!();
      return Promise.race([previous, previousFailed.then(() => Promise.reject(outOfTurn()))]);
    };
    const take = async (tx: Tx) => {
      if (++attempts > 1) {
        failed!();
        await previous;
      }
      return takeIn(tx, envelopes, { ...intake, turn });
    };
    const outcomes = previousPrepared.then(() => inTransaction(pool, take));
    void outcomes.then(prepared, prepared);
    before = outcomes;
    return outcomes;
  };
}
