import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/kernel/refusal.ts';
import { once } from '../../src/db/once.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase({ poolSize: 20 });
const alice = { actor: { name: 'ADMIN:alice' }, now: Date.UTC(2026, 0, 1) };
const bob = { ...alice, actor: { name: 'ADMIN:bob' } };

let works = 0;
const send = (input: { idempotencyKey: string; amount?: number; to?: object }, call = alice) =>
  inTransaction(db.pool, (tx) => once(tx, call, 'give', input, async () => ({ number: ++works })));
const keysLike = (key: string) =>
  reader(db.pool)
    .query('', 'select from keyed_call where key = $1', [key])
    .then((rows) => rows.length);

describe('once', () => {
  it('does the work and gives its answer', async () => {
    const before = works;

    expect(await send({ idempotencyKey: 'works' })).toEqual({ number: before + 1 });
  });

  it('gives a repeat the first answer', async () => {
    const first = await send({ idempotencyKey: 'repeat', amount: 1, to: { a: 1, b: 2 } });

    expect(await send({ to: { b: 2, a: 1 }, amount: 1, idempotencyKey: 'repeat' })).toEqual(first);
  });

  it('refuses other input under the same key', async () => {
    await send({ idempotencyKey: 'reused', amount: 1 });

    await expect(send({ idempotencyKey: 'reused', amount: 2 })).rejects.toMatchObject({
      kind: 'CONFLICT',
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it("knows nothing of another caller's keys", async () => {
    const first = await send({ idempotencyKey: 'same' });

    expect(await send({ idempotencyKey: 'same' }, bob)).not.toEqual(first);
  });

  it('does the work of twenty at the same moment once', async () => {
    const before = works;
    const answers = await Promise.all(Array.from({ length: 20 }, () => send({ idempotencyKey: 'twenty' })));

    expect(new Set(answers.map(({ number }) => number))).toEqual(new Set([before + 1]));
    expect(works).toBe(before + 1);
  });

  it('keeps nothing of a refusal, so that the key can be used again', async () => {
    const refused = inTransaction(db.pool, (tx) =>
      once(tx, alice, 'give', { idempotencyKey: 'again' }, async () => {
        throw new Refusal('CONFLICT', 'TOO_POOR', 'There are not enough points.');
      }),
    );

    await expect(refused).rejects.toMatchObject({ code: 'TOO_POOR' });
    expect(await keysLike('again')).toBe(0);
    expect(await send({ idempotencyKey: 'again' })).toEqual({ number: works });
  });

  it.each(['', 'x'.repeat(256), 'nul\0'])('refuses the key %j', async (idempotencyKey) => {
    await expect(send({ idempotencyKey })).rejects.toMatchObject({ kind: 'INVALID', code: 'IDEMPOTENCY_KEY_INVALID' });
  });
});
