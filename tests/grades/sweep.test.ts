import { beforeAll, describe, expect, it } from 'vitest';
import { forgetRecentPolicies } from '../../src/grades/policies.loaders.ts';
import preset from '../../src/grades/presets/default-merchant.json' with { type: 'json' };
import { sweepGrades } from '../../src/grades/sweep.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { gradeNotesOf } from './notes-kit.ts';
import { orders, take } from './fixtures.ts';
import { changesOn, rulesWith } from './policy-kit.ts';

const DAY = 86_400_000;

describe('the sweep of a day', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const sweepAt = (now: number, atOnce?: number) =>
    sweepGrades(db.pool, atOnce === undefined ? {} : { atOnce }).run(now);
  const standings = async () =>
    (
      await db.pool.query<{ name: string; level: string; score: number | null; low: number }>(
        `select external_id as name, level, score, low_score as low from standing join merchant on id = subject_id order by 1`,
      )
    ).rows;

  beforeAll(async () => {
    await take(db, [...orders('fading', 40), ...orders('steady', 60, { stars: 4 }), ...orders('new', 3)]);
    await db.pool.query('delete from note');
  });

  it('brings levels down that time alone brings down, and notes it', async () => {
    const before = await standings();
    await sweepAt(NOW + 400 * DAY);
    const after = await standings();

    expect(before.find(({ name }) => name === 'fading')).toMatchObject({ level: 'BBB' });
    expect(after.find(({ name }) => name === 'fading')).toMatchObject({ level: 'BB' });
    const notes = await gradeNotesOf(db, 'fading');
    expect(notes).toEqual([
      {
        subjectKind: 'MERCHANT',
        subjectId: expect.any(String),
        policyId: expect.any(String),
        before: { level: 'BBB', score: before.find(({ name }) => name === 'fading')!.score },
        after: { level: 'BB', score: after.find(({ name }) => name === 'fading')!.score },
        reasons: expect.arrayContaining(['ORDER_DELIVERED']),
        cause: 'TIME',
        shown: {
          before: { exactScore: 731, ratingAverage: 5, ratingCount: 20 },
          after: { exactScore: expect.closeTo(656.5, 1), ratingAverage: 5, ratingCount: 20 },
        },
      },
    ]);
  });

  it('lowers the scores that lists go by, and leaves alone who is not rated', async () => {
    const before = await standings();
    await sweepAt(NOW + 401 * DAY);
    const after = await standings();

    for (const name of ['fading', 'steady'])
      expect(after.find((each) => each.name === name)!.low).toBeLessThan(
        before.find((each) => each.name === name)!.low,
      );
    expect(after.find(({ name }) => name === 'new')).toEqual({
      name: 'new',
      level: 'NOT_RATED',
      score: null,
      low: -1e9,
    });
    expect(await gradeNotesOf(db, 'new')).toEqual([]);
  });

  it('is done once a UTC day, whoever comes', async () => {
    await sweepAt(NOW + 402 * DAY);
    const done = await standings();
    await Promise.all([sweepAt(NOW + 402 * DAY + 1000), sweepAt(NOW + 402 * DAY + 2000), sweepAt(NOW + 401 * DAY)]);

    expect(await standings()).toEqual(done);
    await sweepAt(NOW + 403 * DAY);
    expect(await standings()).not.toEqual(done);
  });

  it('goes page by page, by several at once, and each level changes once', async () => {
    await emptied(db);
    for (let i = 0; i < 7; i++) await take(db, orders(`m${i}`, 40));
    await db.pool.query('delete from note');
    await Promise.all([1, 2, 3].map(() => sweepAt(NOW + 400 * DAY, 2)));

    const levels = (await standings()).map(({ level }) => level);
    expect(levels).toEqual(levels.map(() => 'BB'));
    for (let i = 0; i < 7; i++) expect(await gradeNotesOf(db, `m${i}`)).toHaveLength(1);
  });

  it('goes on where one stopped in the middle', async () => {
    await emptied(db);
    for (let i = 0; i < 5; i++) await take(db, orders(`m${i}`, 40));
    await sweepAt(NOW + 400 * DAY, 2);
    await db.pool.query(
      `update grade_sweep set is_done = false, after = (select subject_id from standing where level = 'BB' order by 1 limit 1)`,
    );
    await db.pool.query(`update standing set level = 'AAA'`);
    await sweepAt(NOW + 400 * DAY, 2);

    const levels = (await standings()).map(({ level }) => level);
    expect(levels.filter((level) => level === 'AAA')).toHaveLength(1);
  });

  it('tells, too, whom other rules put on another level, once they are in force', async () => {
    await emptied(db);
    await take(db, [...orders('m', 40), ...orders('few', 12)]);
    await sweepAt(NOW);
    await db.pool.query('delete from note');
    const cuts = { ...preset.cuts, AAA: 840, AA: 830, A: 820, BBB: 810 };
    await changesOn(api).save(rulesWith({ minimum: { counterparties: 20, deals: 20 }, cuts }));
    expect((await changesOn(api).activate(2)).version).toMatchObject({ state: 'IN_FORCE' });
    forgetRecentPolicies(db.pool);
    await sweepAt(NOW + 1000);
    await sweepAt(NOW + 2000);

    expect(await gradeNotesOf(db, 'm')).toMatchObject([
      { before: { level: 'BBB' }, after: { level: 'BB' }, cause: 'POLICY' },
    ]);
    expect(await gradeNotesOf(db, 'few')).toMatchObject([
      { before: { level: 'BBB' }, after: { level: 'NOT_RATED', score: null }, cause: 'POLICY' },
    ]);
  });
});
