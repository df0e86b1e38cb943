import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { contentHashOf } from '../../src/intake/checks-hash.ts';
import type { Envelope } from '../../src/intake/event.ts';
import { Chain } from '../../src/intake/import-chain.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { envelope, eventsOf, HASH_SECRET, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { balancesOf } from '../kit/state.ts';
import { countOf } from './ingest-kit.ts';

const database = aDatabase();
const intake = { ...intakeAt(HASH_SECRET, NOW), isHistory: true, earns: false };
const differences = async () => (await checkStandings(database.pool, foldingsAt(NOW))).differences;

/** A file's rows: each order with all that became of it, and beside them what is about orders. */
function rowsOf(events: readonly RawEvent[]): Envelope[] {
  const ofOrders = Map.groupBy(
    events.filter(({ type }) => !type.startsWith('review')),
    ({ data }) => String(data['order']),
  );
  const orders = [...ofOrders].map(([id, own]): Envelope => {
    const told = own.flatMap((event) => envelope(event).events);
    return {
      source: 'import:orders',
      id,
      contentHash: contentHashOf(JSON.stringify(told)),
      events: told,
      mayGrow: true,
    };
  });
  const others = events.filter(({ type }) => type.startsWith('review')).map((event) => envelope(event));
  return [...orders, ...others].toSorted((a, b) => a.events[0]!.at - b.events[0]!.at);
}

/** So many rows to a transaction, each in parts of half as many. */
const batchesOf = (rows: readonly Envelope[], size: number): Envelope[][][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => {
    const [own, half] = [rows.slice(i * size, (i + 1) * size), Math.ceil(size / 2)];
    return [own.slice(0, half), own.slice(half)];
  });

const emptiedWithPolicies = async (): Promise<void> => {
  await emptied(database);
  await ensureDefaultPolicies(reader(database.pool), NOW);
};

/** Each transaction begun when the one before is committed. */
async function oneByOne(batches: readonly Envelope[][][]): Promise<unknown> {
  await emptiedWithPolicies();
  const chain = new Chain(database.pool, intake);
  for (const batch of batches) await chain.takeIn(batch);
  return balancesOf(database);
}

const orders = (count: number, merchant: string, first = 0): Envelope[] =>
  rowsOf(
    Array.from({ length: count }, (_, i) => first + i).flatMap((n) =>
      eventsOf({
        order: `o-${merchant}-${n}`,
        merchant,
        buyer: `b-${n % 3}`,
        product: `p-${merchant}`,
        placed: 90 - n,
      }),
    ),
  );

/** Fails the commits of these transactions that write tallies, counted from 1, as one that ran into another does. */
async function failing(...which: number[]): Promise<() => Promise<void>> {
  await database.pool.query(`create sequence commits`);
  await database.pool.query(`create function fail() returns trigger language plpgsql as $$
    begin
      if current_setting('test.seen', true) is distinct from pg_current_xact_id()::text then
        perform set_config('test.seen', pg_current_xact_id()::text, true);
        if nextval('commits') in (${which.join(', ')}) then raise exception 'made to fail' using errcode = '40001'; end if;
      end if;
      return null;
    end $$`);
  await database.pool.query(
    `create constraint trigger fails after insert or update on tally deferrable initially deferred for each row execute function fail()`,
  );
  return async () => {
    await database.pool.query('drop trigger fails on tally; drop function fail; drop sequence commits');
  };
}

describe('transactions of an import of which one is worked out while another is written', () => {
  it('leave the same bits as one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.integer({ min: 2, max: 12 }), async (history, size) => {
        const batches = batchesOf(rowsOf(history), size);
        const expected = await oneByOne(batches);
        await emptiedWithPolicies();
        const chain = new Chain(database.pool, intake);
        await Promise.all(batches.map((batch) => chain.takeIn(batch)));
        expect(await balancesOf(database)).toEqual(expected);
        expect(await differences()).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it.each([[[1]], [[2]], [[1, 2]], [[2, 3, 4]]])(
    'begin anew with all that build on them: commits %j fail',
    async (which) => {
      const batches = batchesOf(orders(16, 'm-1'), 4);
      const expected = await oneByOne(batches);
      await emptiedWithPolicies();
      const mend = await failing(...which);
      try {
        const chain = new Chain(database.pool, intake);
        const outcomes = await Promise.all(batches.map((batch) => chain.takeIn(batch)));
        expect(outcomes.flat()).toEqual(Array.from({ length: 16 }, () => ({ status: 'ACCEPTED' })));
      } finally {
        await mend();
      }
      expect(await balancesOf(database)).toEqual(expected);
      expect(await countOf(database, 'merchant')).toBe(1);
      expect(await differences()).toEqual([]);
    },
  );

  it('begin anew when somebody else has written to what they go on with', async () => {
    await emptiedWithPolicies();
    const chain = new Chain(database.pool, intake);
    const [first, second] = [orders(4, 'm-1'), orders(4, 'm-1', 4)];
    const isDone = chain.takeIn([first]);
    let begun = 0;
    const outcomes = await chain.takeIn({
      async *[Symbol.asyncIterator]() {
        yield second.slice(0, 2);
        if (begun++ === 0) {
          await isDone;
          await takeEvents(database, eventsOf({ order: 'o-else', merchant: 'm-1', buyer: 'b-1', placed: 40 }));
        }
        yield second.slice(2);
      },
    });
    expect(begun).toBe(2);
    expect(outcomes).toEqual(Array.from({ length: 4 }, () => ({ status: 'ACCEPTED' })));
    expect(await countOf(database, '"order"')).toBe(9);
    expect(await differences()).toEqual([]);
  });

  it('are not committed once one has failed', async () => {
    await emptiedWithPolicies();
    const chain = new Chain(database.pool, intake);
    const broken = {
      async *[Symbol.asyncIterator]() {
        yield orders(2, 'm-2');
        throw new Error('the file is gone');
      },
    };
    const outcomes = [[orders(2, 'm-1')], broken, [orders(2, 'm-3')]].map((batch) => chain.takeIn(batch));
    expect((await Promise.allSettled(outcomes)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(await countOf(database, '"order"')).toBe(2);
    expect(await countOf(database, 'merchant')).toBe(1);
  });
});
