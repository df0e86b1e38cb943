import type { Tx } from '../db/tx.ts';
import type { Outcome } from './event.ts';
import type { Parts } from './parts.ts';
import type { KnownParties } from './known-parties.ts';
import type { Seen } from '../evidence/seen.ts';
import { Running, type Estate } from './running.ts';
import { takeBatchIn, type Intake, type Turn } from './take-in.ts';

/** A transaction among those of its import. */
export interface Run {
  readonly known?: KnownParties;
  readonly seen?: Seen;
  /** What the transaction before leaves. */
  readonly before?: Estate | null;
  /** Nobody else writes to its books: they are kept for transactions after the next. */
  readonly keeps?: boolean;
  /** Called when everything is asked for. */
  readonly leave?: (estate: Omit<Estate, 'committed'>) => void;
}

/**
 * Takes rows in, in one transaction: a part at a time, so that the database looks up what one needs while the one before is weighed. What
 * they mean is entered strictly one part after the other; the balances are written once for all.
 */
export async function takeInParts(
  tx: Tx,
  parts: Parts,
  intake: Intake,
  { known, before, seen, keeps, leave }: Run = {},
): Promise<Outcome[]> {
  const running = new Running(await intake.foldings(tx), intake.luck?.(), known, before, seen, keeps);
  const outcomes = await takeAnyIn(tx, parts, intake, running);
  await running.close(tx, intake.now, null, leave);
  return outcomes;
}

async function takeAnyIn(tx: Tx, parts: Parts, intake: Intake, running: Running): Promise<Outcome[]> {
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
  return (await Promise.all(outcomes)).flat();
}
