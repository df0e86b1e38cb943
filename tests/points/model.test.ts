import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/kernel/ids.ts';
import { checkPoints } from '../../src/points/check.ts';
import type { Holder } from '../../src/points/transfer.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { ACCOUNTS, commands, type Model, type Real } from './model-commands.ts';
import { ModelAccount } from './model.ts';

/** POINTS_STEPS=10000 goes through so many; see src/points/README.md. */
const STEPS = Number(process.env['POINTS_STEPS'] ?? 500);
const MOST_STEPS_A_RUN = 100;

const db = aDatabase();

/** New accounts, and a model of each. */
function aWorld(): { model: Model; real: Real } {
  const one = (): Holder => ({ subjectKind: 'BUYER', subjectId: newId(NOW) });
  const models = Array.from({ length: ACCOUNTS }, () => new ModelAccount());
  const holders = Array.from({ length: ACCOUNTS }, one);
  return { model: { now: NOW, accounts: models, seen: [] }, real: { db, holders, clock: { now: NOW, calls: 0 } } };
}

describe('the ledger of points, beside a model of single points', () => {
  it(
    `agrees with it in ${STEPS} random steps, with several writers at once`,
    { timeout: 60_000 + 60 * STEPS },
    async () => {
      const done = { steps: 0 };
      const agrees = fc.asyncProperty(
        fc.commands(commands, { maxCommands: MOST_STEPS_A_RUN, size: 'max' }),
        async (sequence) => {
          await fc.asyncModelRun(aWorld, sequence);
          done.steps += [...sequence].length;
        },
      );
      while (done.steps < STEPS) await fc.assert(agrees, { numRuns: 1 });
      expect((await checkPoints(db.pool)).differences).toEqual([]);
    },
  );
});
