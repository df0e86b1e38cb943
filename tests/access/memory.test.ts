import fc from 'fast-check';
import os from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ANYONE } from '../../src/access/actor.ts';
import { openCall, type Call } from '../../src/access/call.ts';
import { forgetLoaded, refreshed } from '../../src/access/loader.ts';
import { besideOf, holdMade, MADE_PLACES, remembering } from '../../src/access/remembering.ts';
import { memoryOf } from '../../src/access/memory.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { newId } from '../../src/kernel/ids.ts';
import { findMerchantsByExternalId } from '../../src/merchants/merchants.queries.ts';
import { rememberedMerchant } from '../../src/merchants/merchants.loaders.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { HASH_SECRET, NOW } from '../kit/events.ts';

const db = aDatabase();
const NAMES = ['a', 'b', 'c', 'd'] as const;
/** Of this process, and of another one. */
let processes: readonly Database[] = [];
let ids: ReadonlyMap<string, string>;

beforeAll(async () => {
  processes = [db, await openDatabase({ url: db.url, dataDir: os.tmpdir(), entities, migrate: false })];
});
afterAll(() => processes[1]?.close());

beforeEach(async () => {
  await emptied(db);
  ids = new Map(NAMES.map((name) => [name, newId(NOW)]));
  await inTransaction(db.pool, (tx) =>
    tx.query(
      '',
      'insert into merchant (id, external_id, name, recorded_at) select id, name, $3, now() from unnest($1::uuid[], $2::text[]) as m (id, name)',
      [[...ids.values()], [...ids.keys()], 'new'],
    ),
  );
});

const callOn = ({ orm, pool }: Database): Call => openCall({ orm, pool, hashSecret: HASH_SECRET }, ANYONE, NOW);

async function shown(on: Database, call = callOn(on)): Promise<(string | null)[]> {
  await refreshed(call);
  const rows = await Promise.all(NAMES.map(async (name) => rememberedMerchant(call, name)));
  return rows.map((row) => row?.name ?? null);
}

const stored = async (): Promise<(string | null)[]> => {
  const rows = await findMerchantsByExternalId(reader(db.pool), NAMES);
  return NAMES.map((name) => rows.find(({ externalId }) => externalId === name)?.name ?? null);
};

/** A change that is made now and committed when it is told to. */
function aChange(
  on: Database,
  of: string,
  name: string,
): { readonly made: Promise<void>; readonly commit: () => Promise<void> } {
  const made = Promise.withResolvers<void>();
  const mayCommit = Promise.withResolvers<void>();
  const committed = inTransaction(on.pool, async (tx) => {
    await tx.query('', 'update merchant set name = $2 where id = $1', [ids.get(of), name]);
    tx.moved([ids.get(of)!]);
    made.resolve();
    await mayCommit.promise;
  });
  return { made: made.promise, commit: () => (mayCommit.resolve(), committed) };
}

describe('what a process remembers', () => {
  it('is never older than the question: whoever changed it, and in whatever order they commit', async () => {
    const step = fc.record({
      of: fc.constantFrom(...NAMES),
      writer: fc.nat(1),
      reader: fc.nat(1),
      commitsAfter: fc.nat(3), // other changes
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const open = new Map<string, { at: number; commit: () => Promise<void> }>(); // by merchant: its row is locked
        for (const [i, { of, writer, reader: asker, commitsAfter }] of steps.entries()) {
          for (const [name, { at, commit }] of open)
            if (at <= i || name === of) {
              open.delete(name);
              await commit();
              expect(await shown(processes[asker]!)).toEqual(await stored());
            }
          const change = aChange(processes[writer]!, of, `${of}${i}`);
          await change.made;
          open.set(of, { at: i + commitsAfter, commit: change.commit });
          expect(await shown(processes[asker]!)).toEqual(await stored());
        }
        for (const { commit } of open.values()) await commit();
        for (const each of processes) expect(await shown(each)).toEqual(await stored());
      }),
      { numRuns: 25 },
    );
  });

  it('is asked of the database once, and not again while nothing moves', async () => {
    await shown(db);
    const call = callOn(db);
    await refreshed(call);

    expect(rememberedMerchant(call, 'a')).not.toBeInstanceOf(Promise);
    expect(rememberedMerchant(call, 'a')).toMatchObject({ name: 'new' });
  });

  it('is forgotten by a call that has changed it', async () => {
    const call = callOn(db);
    await shown(db, call);
    const change = aChange(db, 'b', 'changed');
    await change.commit();
    forgetLoaded(call);

    expect(await shown(db, call)).toEqual(['new', 'changed', 'new', 'new']);
  });

  it('is forgotten as a whole where too many moved to be named', async () => {
    await shown(db);
    await inTransaction(db.pool, async (tx) => {
      await tx.query('', `update merchant set name = 'other'`);
      tx.moved(Array.from({ length: 10_001 }, () => newId(NOW)));
    });

    expect(await shown(db)).toEqual(['other', 'other', 'other', 'other']);
  });

  it('does not hold what was read while its subject moved', async () => {
    const read = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const { find, recall } = remembering<string, { readonly id: string; readonly name: string }>(db.pool, {
      find: async (sql, keys) => {
        const rows = await sql.query<{ id: string; name: string }>(
          '',
          'select id, name from merchant where id = any($1::uuid[])',
          [keys],
        );
        read.resolve();
        await goOn.promise;
        return rows;
      },
      keyOf: ({ id }) => id,
      subjectOf: ({ id }) => id,
      isBySubject: true,
      most: 10,
    });
    const id = ids.get('c')!;
    await memoryOf(db.pool).refreshed();
    const asked = find(id);
    await read.promise;
    const change = aChange(processes[1]!, 'c', 'changed');
    await change.commit();
    await memoryOf(db.pool).refreshed();
    goOn.resolve();

    expect(await asked).toEqual({ id, name: 'new' }); // who asked had asked before
    expect(recall(id)).toBeUndefined();
  });

  it('keeps no more rows than it may', async () => {
    const { find, recall } = remembering<string, { readonly id: string }>(db.pool, {
      find: (sql, keys) => sql.query('', 'select id from merchant where id = any($1::uuid[])', [keys]),
      keyOf: ({ id }) => id,
      subjectOf: ({ id }) => id,
      isBySubject: true,
      most: 2,
    });
    for (const id of ids.values()) await find(id);

    expect([...ids.values()].map((id) => recall(id) !== undefined)).toEqual([false, false, true, true]);
  });

  it('keeps no more of what is made of its rows than it may: rather than that nothing', async () => {
    const { find, recall, kept } = remembering<string, { readonly id: string }>(db.pool, {
      find: (sql, keys) => sql.query('', 'select id from merchant where id = any($1::uuid[])', [keys]),
      keyOf: ({ id }) => id,
      subjectOf: ({ id }) => id,
      isBySubject: true,
      most: 10,
    });
    const [a, b, c] = [...ids.values()] as [string, string, string];
    for (const id of [a, b, c]) await find(id);
    const rows = [a, b, c].map((id) => recall(id)!);
    const megabytes = (bytes: number) => ({ bytes: bytes * 1024 * 1024 });
    const made = () => rows.map((row) => MADE_PLACES.filter((place) => besideOf(row)?.[place]).length);

    holdMade(db.pool, rows[0]!, 'first', megabytes(30));
    holdMade(db.pool, rows[0]!, 'first', megabytes(20)); // in its place
    holdMade(db.pool, rows[1]!, 'first', megabytes(40));
    expect(made()).toEqual([1, 1, 0]);
    kept.forget(b);
    holdMade(db.pool, rows[2]!, 'first', megabytes(40));
    expect(made()).toEqual([1, 0, 1]);
    holdMade(db.pool, rows[0]!, 'second', megabytes(10));
    expect(made()).toEqual([1, 0, 0]);
    expect(besideOf(rows[0]!)!.second).toEqual(megabytes(10));
  });
});
