import { operator } from '../access/operator.ts';
import { readConfig } from '../config.ts';
import { enterDeed } from '../db/audit.ts';
import { openDatabase } from '../db/database.ts';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { entities } from '../entities.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';
import type { Envelope, Outcome } from './event.ts';
import type { Destination, TakeIn } from './import.ts';
import { intakeAt } from './intake.ts';
import { Running } from './running.ts';
import { takeBatchIn, type Intake, type Turn } from './take-in.ts';

/** This installation's own database. */
export async function openDestination(now: number, earns = false): Promise<Destination> {
  const { databaseUrl, dataDir, hashSecret } = readConfig();
  const database = await openDatabase({ url: databaseUrl, dataDir, entities });
  await ensureDefaultPolicies(reader(database.pool), now); // so that standings are kept from the first row on
  await enterDeed(reader(database.pool), { actor: operator(), now }, 'import', {}, null);
  const intake = { ...intakeAt(hashSecret, now), isHistory: true, earns };
  return {
    takeIn: inOrder((envelopes) => inTransaction(database.pool, (tx) => takeInBatches(tx, envelopes, intake))),
    close: () => database.close(),
  };
}

/** One transaction after the other: the same rows give the same bits. Once one has failed, no other is begun. */
function inOrder(takeIn: TakeIn): TakeIn {
  let before: Promise<unknown> = Promise.resolve();
  return (envelopes) => {
    const outcomes = before.then(() => takeIn(envelopes));
    before = outcomes;
    return outcomes;
  };
}

/** The same rows in the same batches give the same bits. */
const BATCH_ROWS = 1_000;

/**
 * Takes rows in, in one transaction: a batch at a time, so that the database writes one while the next is looked up and weighed. What
 * they mean is entered strictly one batch after the other; the balances are written once for all.
 */
export async function takeInBatches(
  tx: Tx,
  envelopes: readonly Envelope[],
  intake: Intake,
  rows: number = BATCH_ROWS,
): Promise<Outcome[]> {
  const running = new Running(await intake.foldings(tx));
  const batches: Promise<Outcome[]>[] = [];
  let settled: Promise<unknown> = Promise.resolve(); // the batch before
  let isReady: Promise<void> = Promise.resolve(); // likewise
  for (let start = 0; start < envelopes.length; start += rows) {
    const [before, readyBefore] = [settled, isReady];
    const { promise: ready, resolve: isReadyNow } = Promise.withResolvers<void>();
    const turn: Turn = { earlier: async () => void (await before), isReady: () => isReadyNow() };
    const batch = readyBefore.then(() => takeBatchIn(tx, envelopes.slice(start, start + rows), intake, running, turn));
    void batch.then(turn.isReady, turn.isReady);
    batches.push(batch);
    [settled, isReady] = [batch, ready];
  }
  const outcomes = await Promise.all(batches);
  await running.close(tx, intake.now, null);
  return outcomes.flat();
}
