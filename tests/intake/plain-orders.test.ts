import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { contentHashOf } from '../../src/intake/checks-hash.ts';
import type { Envelope, MarketEvent, Outcome } from '../../src/intake/event.ts';
import { Chain } from '../../src/intake/import-chain.ts';
import { takeInParts } from '../../src/intake/import-parts.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { NotPlain } from '../../src/intake/plain-orders.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { envelope, eventsOf, HASH_SECRET, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { everyRowOf } from '../kit/every-row.ts';
import { aHistory } from '../kit/histories.ts';

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
async function asEver(batches: readonly Envelope[][][]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const batch of batches)
    outcomes.push(...(await inTransaction(database.pool, (tx) => takeInParts(tx, batch, intake))));
  return outcomes;
}

async function asAnImport(batches: readonly Envelope[][][]): Promise<Outcome[]> {
  const chain = new Chain(database.pool, intake);
  return (await Promise.all(batches.map((batch) => chain.takeIn(batch)))).flat();
}

/** What it answers, and every row that it leaves beside those of `before`. */
async function leftBy(take: () => Promise<Outcome[]>, before: readonly RawEvent[]): Promise<unknown> {
  await emptied(database);
  await ensureDefaultPolicies(reader(database.pool), NOW);
  await takeEvents(database, before);
  const outcomes = await take();
  return { outcomes, rows: await everyRowOf(database) };
}

async function expectTheSame(batches: readonly Envelope[][][], before: readonly RawEvent[] = []): Promise<void> {
  const expected = await leftBy(() => asEver(batches), before);
  expect(await leftBy(() => asAnImport(batches), before)).toEqual(expected);
  expect((await checkStandings(database.pool, foldingsAt(NOW))).differences).toEqual([]);
}

const history = (count: number, merchant = 'm-1', first = 0): RawEvent[] =>
  Array.from({ length: count }, (_, i) => first + i).flatMap((n) =>
    eventsOf({ order: `o-${n}`, merchant, buyer: `b-${n % 3}`, product: `p-${merchant}`, placed: 90 - n }),
  );

const takePlainly = (rows: readonly Envelope[]): Promise<Outcome[]> =>
  inTransaction(database.pool, (tx) => takeInParts(tx, [rows], intake, { isPlain: true }));

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
