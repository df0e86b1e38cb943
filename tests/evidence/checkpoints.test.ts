import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reader } from '../../src/db/tx.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { rebuildStandings } from '../../src/evidence/rebuild.ts';
import { pastBalance, pastBalances, type PastQuestion } from '../../src/evidence/past.ts';
import { buildPolicy } from '../../src/grades/building.ts';
import { builtFoldingsAt, foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { activePolicies } from '../../src/grades/policies.loaders.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW } from '../kit/events.ts';
import { statementsOf } from '../kit/statements.ts';
import { orders, take } from '../grades/fixtures.ts';
import { foldOf, ledgers, voidSome } from './kit.ts';

vi.mock(import('../../src/evidence/volume-size.ts'), () => ({ VOLUME_ENTRIES: 20, SHELF_VOLUMES: 2 }));

const DAY = 86_400_000;

describe('checkpoints', () => {
  const db = aDatabase();
  beforeEach(() => ensureDefaultPolicies(reader(db.pool), NOW));
  afterEach(() => emptied(db));

  const differences = async () => (await checkStandings(db.pool, builtFoldingsAt(NOW))).differences;
  const count = async (what: string): Promise<number> =>
    (await db.pool.query<{ count: number }>(`select count(*)::int as count from ${what}`)).rows[0]!.count;
  /** So many orders of one merchant, each delivered and reviewed, in a transaction of its own: two entries each. */
  const oneByOne = async (merchant: string, many: number) => {
    for (let i = 0; i < many; i++) await take(db, orders(`${merchant}-${many}-${i}`, 1, { merchant, placed: 60 - i }));
  };
  const merchant = async () => (await ledgers(db)).find(({ kind }) => kind === 'MERCHANT')!;
  const questionOf = async (subjectId: string, version = 1): Promise<PastQuestion> => {
    const policies = await activePolicies(reader(db.pool), NOW);
    const found = policies.find((each) => each.subjectKind === 'MERCHANT' && each.version === version)!;
    return { subjectId, policyId: found.id, policy: found.policy, knownAt: NOW };
  };
  const expectEveryDayRight = async (version = 1) => {
    const subject = await merchant();
    const question = await questionOf(subject.id, version);
    for (let day = 62; day >= 0; day--) {
      const asOf = NOW - day * DAY;
      expect(await pastBalance(reader(db.pool), question, asOf)).toEqual(foldOf(subject, question.policy, asOf, NOW));
    }
  };

  it('are made when a volume is full, and not of short ledgers', async () => {
    await oneByOne('m', 9);
    expect(await count('checkpoint')).toBe(0);
    await oneByOne('other', 1);
    await oneByOne('m', 1);

    expect(await count('ledger_volume')).toBe(1);
    expect(await count('checkpoint')).toBeGreaterThan(9);
    expect(await differences()).toEqual([]);
  });

  it('are made too of what comes in at once, in a volume of its own', async () => {
    await oneByOne('m', 2);
    await take(db, orders('history', 40, { merchant: 'm' }));
    await oneByOne('m', 11);

    const { rows } = await db.pool.query<{ volume: number; entries: number }>(
      `select volume, count(*)::int as entries from posting p join merchant m on m.id = p.subject_id group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { volume: 0, entries: 4 },
      { volume: 1, entries: 60 },
      { volume: 2, entries: 20 },
      { volume: 3, entries: 2 },
    ]);
    expect(await differences()).toEqual([]);
    await expectEveryDayRight();
  });

  it('answer for whole days, so that the ledger is not read but for its last volume', async () => {
    await oneByOne('m', 25);
    const subject = await merchant();
    const question = await questionOf(subject.id);
    const ends = [50, 45, 40].map((day) => Date.parse(daysAgo(day)) - 1);
    const sent = await statementsOf(db, async () => {
      expect(await pastBalances(reader(db.pool), question, ends)).toEqual(
        ends.map((end) => foldOf(subject, question.policy, end, NOW)),
      );
    });

    expect(sent.toSorted()).toEqual(['conditions_of', 'deal_days', 'ledger_place', 'sums_by_day', 'unsummed_entries']);
  });

  it('are built for a new policy, and kept up with what is entered meanwhile and after', async () => {
    await oneByOne('m', 25);
    await db.pool.query(
      `insert into policy_version (id, key, version, subject_kind, document, state, note, recorded_at)
       select gen_random_uuid(), key, 2, subject_kind, document || '{"goodHalfLifeDays": 60}', 'APPROVED', 'A test.', $1
         from policy_version where subject_kind = 'MERCHANT' and key = 'default'`,
      [new Date(NOW)],
    );
    const { rows } = await db.pool.query<{ id: string }>(`select id from policy_version where version = 2`);
    await buildPolicy(db.pool, rows[0]!.id, () => NOW, { isEnough: () => true });
    await oneByOne('m', 12);
    expect(await buildPolicy(db.pool, rows[0]!.id, () => NOW)).toBe(true);
    await oneByOne('m', 13);

    expect(await differences()).toEqual([]);
    await expectEveryDayRight(2);
  });

  it.each([
    'update checkpoint set term = term + 1 where span = 2 and volume = 2 and kind = 1',
    'update checkpoint set count = count + 1 where span = 1 and volume = 1 and kind = 0',
    'delete from checkpoint where volume = 1',
    `update ledger_volume set last_recorded_at = last_recorded_at - interval '1 s' where volume = 1`,
    'delete from ledger_volume where volume = 0',
    'update standing set checkpoints = 1 where checkpoints > 1',
    'update tally set volume = 1, volume_entries = 0 where volume > 1',
  ])('are missed when they are wrong, and made anew: %s', async (damage) => {
    await oneByOne('m', 45);
    await db.pool.query(damage);
    expect(await differences()).not.toEqual([]);

    expect(await rebuildStandings(db.pool, foldingsAt(NOW), NOW)).toMatchObject({ mended: 1 });
    expect(await differences()).toEqual([]);
    await expectEveryDayRight();
  });

  it('count a counterparty from its first posting on, also when that is taken back and others remain', async () => {
    const early = anEvent('review.posted', daysAgo(39), { review: 'r-early', order: 'o', stars: 5 });
    const story = eventsOf({ order: 'o', merchant: 'm', buyer: 'b', placed: 40, isCompleted: false });
    const before = story.slice(0, 2).concat(early);
    await take(db, before, NOW - 30 * DAY);
    await take(db, story.slice(2), NOW - 20 * DAY);
    await oneByOne('m', 12);
    await voidSome(db, 1, NOW);

    expect(await differences()).toEqual([]);
    const subject = await merchant();
    const question = await questionOf(subject.id);
    const counterpartiesAt = async (day: number, knownAt: number) =>
      (await pastBalance(reader(db.pool), { ...question, knownAt }, Date.parse(daysAgo(day)))).counterparties;
    expect(await counterpartiesAt(38, NOW - DAY)).toBe(1);
    expect(await counterpartiesAt(38, NOW)).toBe(12); // the others, who came in meanwhile
    expect(await counterpartiesAt(36, NOW)).toBe(13);
    await expectEveryDayRight();
  });
});
