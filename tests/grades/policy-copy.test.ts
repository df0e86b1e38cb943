import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { inSnapshot } from '../../src/db/snapshot.ts';
import { reader } from '../../src/db/tx.ts';
import { copiedId } from '../../src/db/copied-rows.ts';
import { readPostings } from '../../src/grades/posting-copy.ts';
import { copyPostings } from '../../src/grades/trials.queries.ts';
import type { Posting } from '../../src/scoring/posting.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { postingsOf } from '../kit/ledger.ts';
import { eventsOfMarket, orders, retraction, take } from './fixtures.ts';

type Copied = [subject: string, posting: Posting];

async function* chunksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
async function allOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const chunk of chunks) found.push(chunk);
  return Buffer.concat(found);
}
const read = async (chunks: AsyncIterable<Buffer>): Promise<Copied[]> => {
  const found: Copied[] = [];
  await readPostings(chunks, (subject, posting) => void found.push([subject, posting]));
  return found;
};
/** Counterparties apart, which a copy gives as bytes, and in one order. */
const comparable = (postings: readonly Posting[]) =>
  postings
    .map(({ counterparty, ...rest }) => ({
      ...rest,
      counterparty: counterparty?.length === 36 ? copiedId(counterparty) : counterparty,
    }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('postings that are copied out', () => {
  const db = aDatabase();
  let ids: string[];
  let bytes: Buffer;
  beforeAll(async () => {
    const refunded = {
      merchant: 'm-0',
      buyer: 'b-0',
      product: 'p-0',
      placed: 90,
      delivered: 2,
      amount: 7,
      stars: 2,
    } as const;
    const market = eventsOfMarket('a', [{ ...refunded, ending: 'refund' }]);
    await take(db, [...orders('m-1', 40), ...market, retraction('m-1-o0', 1), retraction('m-1-o2', 1)]);
    ids = (await db.pool.query<{ id: string }>('select subject_id as id from tally')).rows.map(({ id }) => id);
    bytes = await inSnapshot(db.pool, async ({ copiers }) => allOf(copyPostings(copiers[1], ids)));
  });

  it('are those of the ledger, reversals and all, one subject after the other', async () => {
    const copied = await read(chunksOf(bytes, [65_536]));
    const runs = copied.filter(([subject], i) => subject !== copied[i - 1]?.[0]).length;

    expect(copied.length).toBeGreaterThan(80);
    expect(copied.some(([, { sign }]) => sign === -1)).toBe(true);
    expect(runs).toBe(new Set(copied.map(([subject]) => subject)).size);
    for (const id of ids) {
      const own = copied.filter(([subject]) => subject === copiedId(id)).map(([, posting]) => posting);
      expect(comparable(own)).toEqual(comparable(await postingsOf(reader(db.pool), id, NOW, NOW)));
    }
  });

  it('are the same, wherever they are cut on their way', async () => {
    const whole = await read(chunksOf(bytes, [bytes.length]));

    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 }), async (sizes) => {
        expect(await read(chunksOf(bytes, sizes))).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('leave their connection usable, after a failure too', async () => {
    const failure = inSnapshot(db.pool, async ({ copiers }) => {
      for await (const _ of copyPostings(copiers[0], ids)) throw new Error('enough');
    });
    await expect(failure).rejects.toThrow('enough');
    await expect(inSnapshot(db.pool, ({ copiers }) => read(copyPostings(copiers[0], ['no id'])))).rejects.toThrow(
      'no id of ours',
    );

    const counted = await inSnapshot(db.pool, (on) =>
      on.query<{ n: number }>('', 'select count(*)::int as n from tally'),
    );
    expect(counted).toEqual([{ n: ids.length }]);
    expect(await inSnapshot(db.pool, ({ copiers }) => read(copyPostings(copiers[0], [])))).toEqual([]);
  });
});
