import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { inTransaction, reader, type Tx } from '../../src/db/tx.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { DealBooks } from '../../src/evidence/deal-books.ts';
import type { Folding } from '../../src/evidence/ledger.ts';
import { Seen } from '../../src/evidence/seen.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { contentHashOf } from '../../src/intake/checks-hash.ts';
import type { Envelope, MarketEvent, Outcome } from '../../src/intake/event.ts';
import { Chain } from '../../src/intake/import-chain.ts';
import { takeInParts } from '../../src/intake/import-parts.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { KnownParties } from '../../src/intake/known-parties.ts';
import { NotPlain, takeNewOrdersIn } from '../../src/intake/plain-orders.ts';
import { compilePolicy } from '../../src/scoring/compiled.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { envelope, eventsOf, HASH_SECRET, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { everyRowOf } from '../kit/every-row.ts';
import { aHistory } from '../kit/histories.ts';

// So that ledgers of few orders fill volumes.
vi.mock(import('../../src/evidence/volume-size.ts'), () => ({ VOLUME_ENTRIES: 6, SHELF_VOLUMES: 2 }));

const database = aDatabase();
const intake = { ...intakeAt(HASH_SECRET, NOW), isHistory: true, earns: false };

const rowOf = (id: string, events: readonly MarketEvent[]): Envelope => ({
  source: 'import:orders',
  id,
  contentHash: contentHashOf(JSON.stringify(events)),
  events,
  mayGrow: true,
});

/** A file's rows: each an order with all that became of it, and its review where `withReviews`. */
function rowsOf(events: readonly RawEvent[], withReviews = false): Envelope[] {
  const told = events.filter(({ type }) => withReviews || !type.startsWith('review'));
  const byOrder = Map.groupBy(told, ({ data }) => String(data['order'] ?? data['review']).replace(/^r-/, ''));
  return [...byOrder].map(([id, own]) =>
    rowOf(
      id,
      own.flatMap((event) => envelope(event).events),
    ),
  );
}

/** So many rows to a transaction, each in two parts. */
const batchesOf = (rows: readonly Envelope[], size: number): Envelope[][][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => {
    const [own, half] = [rows.slice(i * size, (i + 1) * size), Math.ceil(size / 2)];
    return [own.slice(0, half), own.slice(half)];
  });

/** By the way that takes everything in, each transaction when the one before is committed. */
async function asEver(batches: readonly Envelope[][][], own = intake): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const batch of batches)
    outcomes.push(...(await inTransaction(database.pool, (tx) => takeInParts(tx, batch, own))));
  return outcomes;
}

async function asAnImport(batches: readonly Envelope[][][], own = intake): Promise<Outcome[]> {
  const chain = new Chain(database.pool, own);
  return (await Promise.all(batches.map((batch) => chain.takeIn(batch)))).flat();
}

/** What it answers, and every row that it leaves beside those of `before`; these merchants were suspended then. */
async function leftBy(
  take: () => Promise<Outcome[]>,
  before: readonly RawEvent[],
  suspended: readonly string[] = [],
): Promise<unknown> {
  await emptied(database);
  await ensureDefaultPolicies(reader(database.pool), NOW);
  await takeEvents(database, before);
  await database.pool.query(
    `insert into condition (subject_id, id, code, starts_at, recorded_at)
     select id, id, 'SANCTION_SUSPENSION', '2020-01-01', '2020-01-01' from merchant where external_id = any($1)`,
    [suspended],
  );
  const outcomes = await take();
  return { outcomes, rows: await everyRowOf(database) };
}

async function expectTheSame(
  batches: readonly Envelope[][][],
  before: readonly RawEvent[] = [],
  suspended: readonly string[] = [],
  own = intake,
): Promise<void> {
  const expected = await leftBy(() => asEver(batches, own), before, suspended);
  expect(await leftBy(() => asAnImport(batches, own), before, suspended)).toEqual(expected);
  expect((await checkStandings(database.pool, foldingsAt(NOW))).differences).toEqual([]);
}

/** Policies under which three others are enough to be rated, and nobody who is suspended is better than C. */
const capped = async (tx: Tx): Promise<Folding[]> =>
  (await foldingsAt(NOW)(tx)).map((folding) => {
    const minimum = { counterparties: 1, deals: 1 };
    const caps = [{ when: 'SANCTION_SUSPENSION', level: 'C' }] as const;
    return { ...folding, policy: compilePolicy({ ...folding.policy.document, minimum, caps }) };
  });

const history = (count: number, merchant = 'm-1', first = 0): RawEvent[] =>
  Array.from({ length: count }, (_, i) => first + i).flatMap((n) =>
    eventsOf({ order: `o-${n}`, merchant, buyer: `b-${n % 3}`, product: `p-${merchant}`, placed: 90 - n }),
  );

const takePlainly = (rows: readonly Envelope[]): Promise<Outcome[]> =>
  inTransaction(database.pool, async (tx) =>
    takeNewOrdersIn(tx, [rows], intake, {
      known: new KnownParties(),
      books: new DealBooks(await intake.foldings(tx)),
      seen: new Seen(),
      before: null,
      leave: () => {},
    }),
  );

describe('new orders that their own rows tell all of', () => {
  it('leave the same rows in every table as by the way that takes everything in', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.integer({ min: 2, max: 9 }), async (events, size) => {
        await expectTheSame(batchesOf(rowsOf(events), size));
      }),
      { numRuns: 3 },
    );
  });

  it('leave them too where something is known already of the same people', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.integer({ min: 2, max: 9 }), async (events, size) => {
        await expectTheSame(batchesOf(rowsOf(history(12, 'm-1', 30)), size), events);
      }),
      { numRuns: 3 },
    );
  });

  it('leave them too in long ledgers, of which volumes and shelves are closed on the way', async () => {
    for (const size of [3, 7, 25]) await expectTheSame(batchesOf(rowsOf(history(25)), size), history(4, 'm-1', 30));
    expect((await database.pool.query(`select from checkpoint where span = 2`)).rowCount).toBeGreaterThan(0);
  });

  it('leave them too where something holds of one of their parties', async () => {
    await expectTheSame(batchesOf(rowsOf(history(12)), 3), history(3, 'm-1', 30), ['m-1'], {
      ...intake,
      foldings: capped,
    });
    const { rows } = await database.pool.query(
      `select s.level from standing s join merchant m on m.id = s.subject_id where m.external_id = 'm-1'`,
    );
    expect(rows).toEqual([{ level: 'C' }]);
  });

  it('are taken in so, each transaction with the balances that the one before leaves', async () => {
    await leftBy(async () => [], []);
    const chain = new Chain(database.pool, intake);
    const queries = vi.spyOn(pg.Client.prototype, 'query');
    await Promise.all(batchesOf(rowsOf(history(12)), 3).map((batch) => chain.takeIn(batch)));
    const asked = queries.mock.calls.map(([statement]) => (statement as { name?: string }).name ?? '');
    vi.restoreAllMocks();
    expect(asked.filter((name) => name === 'move_tallies').length).toBeGreaterThanOrEqual(3);
    expect(asked.filter((name) => ['lock_tallies', 'inbox_known', 'deal_tallies'].includes(name))).toEqual([]);
  });

  it('are refused where they are none, with the others of their transaction', async () => {
    const rows = rowsOf(history(4));
    await leftBy(() => takePlainly(rows), []);
    const before = await everyRowOf(database);
    const [paid] = rows[0]!.events.slice(1);
    const others = rowsOf(history(2, 'm-1', 10));
    for (const wrong of [rows[0]!, rowOf('o-2b', [paid!]), { ...rows[1]!, id: 'o-1b' }])
      await expect(takePlainly([...others, wrong])).rejects.toBeInstanceOf(NotPlain);
    expect(await everyRowOf(database)).toEqual(before);
  });
});

describe('rows that are not all new orders', () => {
  const [rows, more] = [rowsOf(history(9)), rowsOf(history(9, 'm-1', 20))];
  const [first, second] = rows as [Envelope, Envelope];
  const refund = { type: 'order.refunded', at: NOW - 1, order: 'o-1', amount: 9_999_999, cause: 'DEFECT' } as const;
  const foreign = rowsOf(eventsOf({ order: 'o-77', merchant: 'm-2', product: 'p-m-1', placed: 20 }));

  it.each<[string, Envelope[]]>([
    ['the same twice', [...rows, first, ...more]],
    [
      'one that says more the second time',
      [...rows, { ...first, ...rowOf(first.id, [...first.events, { ...refund, amount: 1 }]) }, ...more],
    ],
    ['one that is broken', [...rows.slice(2), rowOf(second.id, [...second.events, refund]), ...more]],
    ["one with a product that is another's", [...rows, ...foreign, ...more]],
    ['some with reviews', [...rows, ...rowsOf(eventsOf({ order: 'o-88', placed: 30, stars: 4 }), true), ...more]],
    ['some that were here before', [...rowsOf(history(6, 'm-1', 2)), ...more]],
  ])('leave the same, and are answered the same: %s', async (_, told) => {
    await expectTheSame(batchesOf(told, 5), history(3));
  });

  it('are taken in piece by piece where a large transaction is not what it seemed to be', async () => {
    const told = [...rows, first, ...more];
    const units = batchesOf(told, 4);
    const expected = await leftBy(() => asEver(units), []);
    const large = Object.assign(units.flat(), { units });
    expect(await leftBy(() => asAnImport([large]), [])).toEqual(expected);
  });

  it('are found out when somebody else has written to a book that is kept', async () => {
    await leftBy(async () => [], []);
    const chain = new Chain(database.pool, intake);
    await chain.takeIn([rows.slice(0, 3)]);
    await chain.takeIn([rowsOf(history(3, 'm-2', 40))]);
    await takeEvents(database, eventsOf({ order: 'o-else', merchant: 'm-1', buyer: 'b-1', placed: 40 }));
    const outcomes = await chain.takeIn([more]);
    expect(outcomes).toEqual(more.map(() => ({ status: 'ACCEPTED' })));
    expect((await checkStandings(database.pool, foldingsAt(NOW))).differences).toEqual([]);
  });
});
