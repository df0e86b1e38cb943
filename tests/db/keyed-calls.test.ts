import { describe, expect, it } from 'vitest';
import { forgetKeyedCalls, KEPT_FOR_EVER } from '../../src/db/keyed-calls.job.ts';
import { once } from '../../src/db/once.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { openSchema } from '../../src/graphql/schema.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);

let works = 0;
const send = (operation: string, now: number) =>
  inTransaction(db.pool, (tx) =>
    once(tx, { actor: { name: 'BUYER:ann' }, now }, operation, { idempotencyKey: 'k' }, async () => ++works),
  );
const forget = (now: number) => forgetKeyedCalls(db.pool).run(now);

describe('the answer to a keyed call', () => {
  it('is kept for 7 days, and no longer', async () => {
    const first = await send('reportReview', START);
    await forget(START + 7 * DAY_MS);
    expect(await send('reportReview', START + 7 * DAY_MS)).toBe(first);

    await forget(START + 7 * DAY_MS + 1);
    expect(await send('reportReview', START + 7 * DAY_MS + 1)).toBe(first + 1);
  });

  it.each(KEPT_FOR_EVER)('is kept for ever where points may move: %s', async (operation) => {
    const first = await send(operation, START);
    await forget(START + 4000 * DAY_MS);

    expect(await send(operation, START + 4000 * DAY_MS)).toBe(first);
  });

  it('is of mutations that there are', async () => {
    const mutations = Object.keys((await openSchema()).getMutationType()!.getFields());

    expect(KEPT_FOR_EVER.filter((operation) => !mutations.includes(operation))).toEqual([]);
  });
});
