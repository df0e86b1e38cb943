import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { copiedId } from '../../src/db/copied-rows.ts';
import { inSnapshot } from '../../src/db/snapshot.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { add, balanceFrom, emptyFold } from '../../src/evidence/fold.ts';
import { rebuildStandings } from '../../src/evidence/rebuild.ts';
import { sheetsOf } from '../../src/evidence/sheet-read.ts';
import type { Sheet } from '../../src/evidence/sheet.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { takeIn } from '../../src/intake/take-in.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { envelope, eventsOf, NOW } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import { orders, take } from '../grades/fixtures.ts';
import { aTold, ledgers, policyFor, tell, voidSome } from './kit.ts';

vi.mock(import('../../src/evidence/volume-size.ts'), () => ({ VOLUME_ENTRIES: 5, SHELF_VOLUMES: 2 }));

const DAY = 86_400_000;
const foldings = foldingsAt(NOW);

describe('standings folded at once from the ledger as it lies there', () => {
  const db = aDatabase();
  afterEach(() => emptied(db));

  const onSheet = async (work: (sheet: Sheet) => void): Promise<void> => {
    const known = await inTransaction(db.pool, foldings);
    await inSnapshot(db.pool, async (snapshot) => {
      for await (const { sheet } of sheetsOf(snapshot, known)) work(sheet);
    });
  };
  const differences = async () => (await checkStandings(db.pool, foldings)).differences;

  it('are what a fold of each ledger gives, bit for bit, with what was taken back and what came late', async () => {
    let told = 0;
    let unsure = 0;
    await fc.assert(
      fc.asyncProperty(aTold, fc.integer({ min: 2, max: 6 }), async (history, every) => {
        await emptied(db);
        await tell(db, history);
        await voidSome(db, every, NOW);
        const subjects = await Promise.all(
          (await ledgers(db)).map(async (subject) => ({ ...subject, ...(await policyFor(db, subject.kind)) })),
        );
        const kept = await keptVolumes();

        await onSheet((sheet) => {
          expect(sheet.index.size).toBe(subjects.length);
          for (const { id, lines, policy, policyId } of subjects) {
            const fold = emptyFold(policy);
            for (const line of lines) add(fold, line);
            const number = sheet.index.find(Buffer.from(copiedId(id), 'latin1'), 0);
            expect(sheet.termsOf(number).get(policyId)).toEqual(fold.terms);
            const balances = sheet.balancesOf(number, kept.get(id)!.volume);
            told++;
            if (!balances) unsure++;
            else expect(balances).toEqual({ ...daysOf(balanceFrom(fold)), ...kept.get(id)! });
          }
        });
      }),
      { numRuns: 6 },
    );
    expect(unsure).toBeLessThan(told / 4); // on its first or last day a deal was taken back: its ledger is read again
  });

  const daysOf = ({ counts, counterparties, firstDay, lastDay }: ReturnType<typeof balanceFrom>) => ({
    counts,
    counterparties,
    firstDay: firstDay === null ? null : firstDay / DAY,
    lastDay: lastDay === null ? null : lastDay / DAY,
  });
  const keptVolumes = async () => {
    const { rows } = await db.pool.query<{ id: string; volume: number; volumeEntries: number }>(
      'select subject_id as id, volume, volume_entries as "volumeEntries" from tally',
    );
    return new Map(rows.map(({ id, ...places }) => [id, places]));
  };

  it('are written where they are lost or wrong, and nothing else is touched', async () => {
    await take(db, [...orders('m', 12, { merchant: 'm' }), ...orders('n', 3, { merchant: 'n' })]);
    const before = await balancesOf(db);
    const writers = async () =>
      (await db.pool.query('select subject_id, xmin from standing order by subject_id')).rows as unknown[];
    await rebuildStandings(db.pool, foldings, NOW);
    const untouched = await writers();
    expect(await rebuildStandings(db.pool, foldings, NOW)).toMatchObject({ mended: 0 });
    expect(await writers()).toEqual(untouched);

    const ofMerchant = `subject_id = (select id from merchant where external_id = $1)`;
    await db.pool.query(`delete from standing where ${ofMerchant}`, ['m']);
    await db.pool.query(`update standing set terms[1] = terms[1] + 1, level = 'AAA' where ${ofMerchant}`, ['n']);
    expect(await rebuildStandings(db.pool, foldings, NOW)).toMatchObject({ mended: 2 });
    expect(await balancesOf(db)).toEqual(before);
    expect(await differences()).toEqual([]);
  });

  it('take in what is entered between the reading and the writing', async () => {
    await take(db, orders('m', 6, { merchant: 'm' }));
    await db.pool.query('truncate standing');
    const { promise: waited, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: entered, resolve: tellEntered } = Promise.withResolvers<void>();
    const more = eventsOf({ order: 'late', merchant: 'm', buyer: 'new', placed: 9, stars: 4 });
    const writing = inTransaction(db.pool, async (tx) => {
      await takeIn(
        tx,
        more.map((event) => envelope(event, NOW)),
        intakeAt(Buffer.alloc(32, 7), NOW),
      );
      tellEntered();
      await waited;
    });
    await entered;
    const rebuilding = rebuildStandings(db.pool, foldings, NOW);
    await vi.waitUntil(async () => (await waitingForLocks()) > 0, { timeout: 5_000 });
    goOn();
    await writing;
    await rebuilding;

    expect(await differences()).toEqual([]);
  });

  const waitingForLocks = async (): Promise<number> =>
    (
      await reader(db.pool).query<{ waiting: number }>(
        '',
        `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    )[0]!.waiting;
});
