import { operator } from '../access/operator.ts';
import { readConfig } from '../config.ts';
import { enterDeed } from '../db/audit.ts';
import { openDatabase } from '../db/database.ts';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { entities } from '../entities.ts';
import { ensureDefaultPolicies } from '../grades/policies.commands.ts';
import type { Outcome } from './event.ts';
import type { Destination, Parts, TakeIn } from './import.ts';
import { intakeAt } from './intake.ts';
import { KnownParties } from './known-parties.ts';
import { Running } from './running.ts';
import { takeBatchIn, type Intake, type Turn } from './take-in.ts';

/** This installation's own database. */
export async function openDestination(now: number, earns = false): Promise<Destination> {
  const { databaseUrl, dataDir, hashSecret } = readConfig();
  const database = await openDatabase({ url: databaseUrl, dataDir, entities });
  await ensureDefaultPolicies(reader(database.pool), now); // so that standings are kept from the first row on
  await enterDeed(reader(database.pool), { actor: operator(), now }, 'import', {}, null);
  const intake = { ...intakeAt(hashSecret, now), isHistory: true, earns };
  const known = new KnownParties();
  return {
    takeIn: inOrder(async (parts) => {
      const outcomes = await inTransaction(database.pool, (tx) => takeInParts(tx, parts, intake, known));
      known.keep();
      return outcomes;
    }),
    close: () => database.close(),
  };
}

/** One transaction after the other: the same rows give the same bits. Once one has failed, no other is begun. */
function inOrder(takeIn: TakeIn): TakeIn {
  let before: Promise<unknown> = Promise.resolve();
  return (batch) => {
    const outcomes = before.then(() => takeIn(batch));
    before = outcomes;
    return outcomes;
  };
}

/**
 * Takes rows in, in one transaction: a part at a time, so that the database writes one while the next is looked up and weighed. What
 * they mean is entered strictly one part after the other; the balances are written once for all.
 */
export async function takeInParts(tx: Tx, parts: Parts, intake: Intake, known?: KnownParties): Promise<Outcome[]> {
  const running = new Running(await intake.foldings(tx), intake.isHistory ?? false, known);
  const outcomes: Promise<Outcome[]>[] = [];
  let settled: Promise<unknown> = Promise.resolve(); // the part before
  let ready: Promise<unknown> = Promise.resolve(); // likewise
  let hasFailed = false;
  for await (const envelopes of parts) {
    if (hasFailed) break;
    const [before, isReady] = [settled, Promise.withResolvers<void>()];
    const turn: Turn = { earlier: async () => void (await before), isReady: () => isReady.resolve() };
    await ready; // meanwhile this one was read
    const taken = takeBatchIn(tx, envelopes, intake, running, turn);
    taken.then(turn.isReady, () => {
      hasFailed = true;
      turn.isReady();
    });
    outcomes.push(taken);
    [settled, ready] = [taken, isReady.promise];
  }
  const all = await Promise.all(outcomes);
  await running.close(tx, intake.now, null);
  return all.flat();
}
