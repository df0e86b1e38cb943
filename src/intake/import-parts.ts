import type { Tx } from '../db/tx.ts';
import type { Outcome } from './event.ts';
import type { Parts } from './import.ts';
import type { KnownParties } from './known-parties.ts';
import { Running, type Estate } from './running.ts';
import { takeBatchIn, type Intake, type Turn } from './take-in.ts';

/**
 * Takes rows in, in one transaction: a part at a time, so that the database looks up what one needs while the one before is weighed. What
 * they mean is entered strictly one part after the other; the balances are written once for all. `leave`: called when everything is asked for.
 */
export async function takeInParts(
  tx: Tx,
  parts: Parts,
  intake: Intake,
  known?: KnownParties,
  before: Estate | null = null,
  leave?: (estate: Omit<Estate, 'committed'>) => void,
): Promise<Outcome[]> {
  const running = new Running(await intake.foldings(tx), intake.luck?.(), known, before);
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
  await running.close(tx, intake.now, null, leave);
  return all.flat();
}
