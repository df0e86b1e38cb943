import { describe, expect, it } from 'vitest';
import { ANYONE, type Actor } from '../../src/access/actor.ts';
import { openCall } from '../../src/access/call.ts';
import { groupLoader, loader } from '../../src/access/loader.ts';
import { identify } from '../../src/access/subjects.queries.ts';
import { Buyer } from '../../src/buyers/buyer.ts';
import { reader } from '../../src/db/tx.ts';
import { newId } from '../../src/kernel/ids.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const now = Date.UTC(2026, 0, 1);
const admin: Actor = { role: 'ADMIN', name: 'ADMIN', subject: null };
const asBuyer = (id: string | null): Actor => ({
  role: 'BUYER',
  name: 'BUYER:b',
  subject: { kind: 'BUYER', externalId: 'b', id },
});

const callOf = (actor: Actor, at: number) =>
  openCall({ pool: db.pool, orm: db.orm, hashSecret: Buffer.alloc(32) }, actor, at);

async function aBuyer(externalId: string): Promise<string> {
  const id = newId(now);
  await reader(db.pool).query('', 'insert into buyer (id, external_id, recorded_at) values ($1, $2, $3)', [
    id,
    externalId,
    new Date(now),
  ]);
  return id;
}

describe('a call', () => {
  it('finds only what its actor may see', async () => {
    const id = await aBuyer('seen');
    const find = (actor: Actor) => callOf(actor, now).em.findOne(Buyer, { id });

    expect(await find(admin)).toMatchObject({ externalId: 'seen' });
    expect(await find(asBuyer(id))).toMatchObject({ externalId: 'seen' });
    expect(await find(asBuyer(null))).toBeNull();
    expect(await find(ANYONE)).toBeNull();
  });

  it('is the only way to a row: a unit of work without an actor finds none and throws', async () => {
    await expect(db.orm.em.fork().findOne(Buyer, { externalId: 'seen' })).rejects.toThrow(/filter 'visible'/);
  });

  it('knows its subject by the id of the platform', async () => {
    const id = await aBuyer('known');
    const actor = { ...asBuyer(null), subject: { kind: 'BUYER' as const, externalId: 'known', id: null } };

    expect((await identify(reader(db.pool), actor)).subject?.id).toBe(id);
    expect((await identify(reader(db.pool), asBuyer(null))).subject?.id).toBeNull();
    expect(await identify(reader(db.pool), admin)).toBe(admin);
  });
});

describe('a loader', () => {
  const asked: (readonly string[])[] = [];
  const lengthOf = loader(
    async (_, words: readonly string[]) => {
      asked.push(words);
      return words
        .filter((word) => word !== 'gone')
        .map((word) => ({ word, length: word.length }))
        .toReversed();
    },
    ({ word }) => word,
  );

  it('asks once for the keys of a moment, gives each its own row, and null where there is none', async () => {
    const call = callOf(ANYONE, now);
    const rows = await Promise.all(['a', 'gone', 'ccc', 'a'].map((word) => lengthOf(call, word)));

    expect(rows.map((row) => row?.length ?? null)).toEqual([1, null, 3, 1]);
    expect(asked.splice(0)).toEqual([['a', 'gone', 'ccc']]);
  });

  it('remembers for one call and not for the next', async () => {
    const call = callOf(ANYONE, now);
    await lengthOf(call, 'a');
    await lengthOf(call, 'a');
    await lengthOf(callOf(ANYONE, now), 'a');

    expect(asked.splice(0)).toEqual([['a'], ['a']]);
  });

  it('gives all rows of a key when several share it', async () => {
    const wordsOf = groupLoader(
      async () => ['one', 'two', 'three'],
      (word) => word.length,
    );
    const call = callOf(ANYONE, now);

    expect(await Promise.all([3, 4, 5].map((length) => wordsOf(call, length)))).toEqual([
      ['one', 'two'],
      [],
      ['three'],
    ]);
  });
});
