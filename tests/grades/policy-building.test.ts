import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { buildPolicies, buildPolicy } from '../../src/grades/building.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { forgetRecentPolicies } from '../../src/grades/policies.loaders.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { takeIn } from '../../src/intake/take-in.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { envelope, eventsOf, HASH_SECRET, NOW, takeEvents } from '../kit/events.ts';
import { aHistory } from '../kit/histories.ts';
import { orders, take } from './fixtures.ts';
import { changesOn, differences, rulesWith } from './policy-kit.ts';

const GRADE =
  'query ($policy: String) { merchant(externalId: "m-1") { grade(policy: $policy) { policy { version } } } }';

describe('building the standings of a version', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const { save, activate } = changesOn(api);
  beforeEach(() => ensureDefaultPolicies(reader(db.pool), NOW));
  afterEach(async () => {
    await emptied(db);
    forgetRecentPolicies(db.pool);
  });

  /** A version that is approved, and of which nothing is built yet. */
  const anApproved = async (): Promise<string> => {
    await save(rulesWith({ badWeight: 2, goodHalfLifeDays: 60 }));
    const { rows } = await db.pool.query<{ id: string }>(
      `update policy_version set state = 'APPROVED' where subject_kind = 'MERCHANT' and key = 'default' and version = 2 returning id`,
    );
    return rows[0]!.id;
  };
  const stateOf = async (id: string): Promise<string> =>
    (await db.pool.query<{ state: string }>('select state from policy_version where id = $1', [id])).rows[0]!.state;
  /** So many pages of one subject each. */
  const build = (id: string, pages = Infinity): Promise<boolean> => {
    let left = pages;
    return buildPolicy(db.pool, id, () => NOW, { isEnough: () => left-- <= 0, atOnce: 1 });
  };
  const standings = async (id: string): Promise<number> =>
    (await db.pool.query('select from standing where policy_id = $1', [id])).rows.length;

  it('gives every subject the standing of its whole ledger, however intake and building come between each other', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, fc.array(fc.nat({ max: 2 }), { maxLength: 12 }), async (events, pages) => {
        await emptied(db);
        await ensureDefaultPolicies(reader(db.pool), NOW);
        const half = Math.floor(events.length / 2);
        await takeEvents(db, events.slice(0, half));
        const id = await anApproved();
        const rest = events.slice(half);
        for (const [i, count] of pages.entries()) {
          await build(id, count);
          await takeEvents(db, rest.slice((rest.length * i) / pages.length, (rest.length * (i + 1)) / pages.length));
        }
        if (pages.length === 0) await takeEvents(db, rest);

        expect(await build(id)).toBe(true);
        expect(await stateOf(id)).toBe('BUILT');
        expect(await differences(db)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('lets the version in force serve until all is built, and goes on where it was left', async () => {
    await take(db, [...orders('m-1', 12), ...orders('m-2', 12), ...orders('m-3', 12)]);
    const id = await anApproved();

    expect(await build(id, 2)).toBe(false);
    expect([await stateOf(id), await standings(id)]).toEqual(['BUILDING', 2]);
    for (const merchant of ['m-1', 'm-2', 'm-3'])
      await take(db, eventsOf({ order: `more-${merchant}`, merchant, placed: 9 }));
    const asked = (policy: string) => api.ask('ADMIN', GRADE, { policy });
    expect((await asked('default')).data.merchant.grade.policy.version).toBe(1);
    expect((await asked('default@2')).errors?.[0]?.extensions['code']).toBe('POLICY_UNKNOWN');
    expect(await differences(db)).toEqual([]); // what is not whole is not compared

    await buildPolicies(db.pool, () => NOW).run();
    expect([await stateOf(id), await standings(id)]).toEqual(['BUILT', 3]);
    expect(await differences(db)).toEqual([]);
  });

  it('waits for whoever writes by the list of policies of before, and misses nothing of theirs', async () => {
    await take(db, orders('m-1', 3));
    const id = await anApproved();
    const more = [...orders('m-2', 2), ...eventsOf({ order: 'late', merchant: 'm-1', placed: 9 })].map((event) =>
      envelope(event),
    );

    let building: Promise<boolean> | undefined;
    await inTransaction(db.pool, async (tx) => {
      const known = await foldingsAt(NOW)(tx);
      building = build(id);
      await pause(200);
      expect(await stateOf(id)).toBe('APPROVED');
      await takeIn(tx, more, { ...intakeAt(HASH_SECRET, NOW), foldings: async () => known });
    });

    expect(await building).toBe(true);
    expect(await standings(id)).toBe(2);
    expect(await differences(db)).toEqual([]);
  });

  it('gives up for now when those would not end', async () => {
    const id = await anApproved();
    await inTransaction(db.pool, async (tx) => {
      await foldingsAt(NOW)(tx);
      expect(await build(id)).toBe(false);
    });

    expect(await stateOf(id)).toBe('APPROVED');
    expect(await build(id)).toBe(true);
  });

  it('is done once by any number of builders', async () => {
    await take(db, [...orders('m-1', 2), ...orders('m-2', 2), ...orders('m-3', 2), ...orders('m-4', 2)]);
    const id = await anApproved();

    expect(await Promise.all([build(id), build(id), build(id)])).toEqual([true, true, true]);
    expect(await standings(id)).toBe(4);
    const { rows } = await db.pool.query(`select kind from policy_step where policy_id = $1 order by place`, [id]);
    expect(rows.map(({ kind }) => kind)).toEqual(['SAVED', 'BUILT', 'BROUGHT_IN']);
  });

  it('can be taken back, and begins anew when it is activated again', async () => {
    await take(db, [...orders('m-1', 2), ...orders('m-2', 2), ...orders('m-3', 2)]);
    const id = await anApproved();
    await build(id, 2);
    expect((await activate(2)).userErrors).toMatchObject([{ code: 'ALREADY_ACTIVE' }]);
    await save(rulesWith({ badWeight: 3 }));
    expect((await activate(3)).userErrors).toMatchObject([{ code: 'CHANGE_UNDER_WAY' }]);

    expect((await activate(1)).version?.state).toBe('IN_FORCE');
    expect(await stateOf(id)).toBe('DRAFT');
    await take(db, eventsOf({ order: 'more', merchant: 'm-1', placed: 9 }));
    expect((await activate(2)).version?.state).toBe('IN_FORCE');
    expect(await differences(db)).toEqual([]);
  });
});
