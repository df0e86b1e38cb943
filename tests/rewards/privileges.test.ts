import { beforeAll, describe, expect, it } from 'vitest';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { orders } from '../grades/fixtures.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { book, earned, penalty } from '../points/kit.ts';
import { measuresOn } from '../sanctions/kit.ts';
import { buyer, DAY_MS, keepPrivileges, merchant, preset, rewardsOn, rulesWith, type Given } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const { of, privileges, save } = rewardsOn(api);
const { impose, lift } = measuresOn(api);
const iso = (at: number): string => new Date(at).toISOString();

const has = async (subjectId: string, key: string, asker: Asker = 'PLATFORM'): Promise<Given> => {
  const query = `query ($subjectId: ID!, $key: String!) { it: hasPrivilege(subjectId: $subjectId, key: $key) {
    granted privilege { key source since until } } }`;
  const { data, errors } = await api.ask(asker, query, { subjectId, key });
  return errors ? { code: errors[0]!.extensions['code'] } : data.it;
};

const texts = { en: 'Paid out at once', 'zh-CN': '立即结算' };
let ann: { subjectKind: 'BUYER'; subjectId: string };
beforeAll(async () => {
  await takeEvents(db, [
    ...orders('shop', 40),
    ...orders('other', 2),
    ...['ann', 'ben'].map((externalId) => anEvent('buyer.registered', daysAgo(9), { externalId })),
  ]);
  ann = { subjectKind: 'BUYER', subjectId: idsOf('Buyer', (await of('buyer', 'ann', '')).id)[0] };
  const { grade } = await of('merchant', 'shop', 'grade { level }');
  expect(grade.level).not.toBe('NOT_RATED');
  const own = [
    {
      key: 'FAST_PAYOUT',
      for: ['MERCHANT'],
      anyOf: [{ level: grade.level }],
      graceDays: 10,
      withdrawnWhile: ['SANCTION_RESTRICTION'],
      texts,
    },
    { key: 'PERK', for: ['BUYER', 'MERCHANT'], anyOf: [{ points: 500 }], graceDays: 5, texts },
    { key: 'BOTH', for: ['MERCHANT'], anyOf: [{ level: grade.level, points: 50 }], texts },
  ];
  expect(await save(rulesWith({ privileges: own as never }))).toMatchObject({ userErrors: [] });
});

describe('privileges by points', () => {
  it('are there at once, kept since they were seen, left for the time of grace, and gone after it', async () => {
    expect(await privileges('buyer', 'ann')).toEqual([]);
    await book(db, earned(ann, 500));
    const perk = { key: 'PERK', label: texts.en, source: 'POINTS', since: null, until: null };
    expect(await privileges('buyer', 'ann')).toEqual([perk]);
    await keepPrivileges(db, now);
    const since = iso(now);
    expect(await privileges('buyer', 'ann')).toEqual([{ ...perk, since }]);

    await book(db, penalty(ann, 1));
    now += DAY_MS;
    await keepPrivileges(db, now);
    const until = iso(now + 5 * DAY_MS);
    now += 2 * DAY_MS;
    expect(await privileges('buyer', 'ann')).toEqual([{ ...perk, source: 'GRACE', since, until }]);
    await book(db, earned(ann, 1));
    expect(await privileges('buyer', 'ann')).toEqual([{ ...perk, since }]); // regained in time: as if never lost
    await book(db, penalty(ann, 1));
    now += 4 * DAY_MS;
    expect(await privileges('buyer', 'ann')).toEqual([]);
    await keepPrivileges(db, now);
    expect((await db.pool.query(`select 1 from privilege where key = 'PERK'`)).rows).toEqual([]);
    await book(db, earned(ann, 1));
    now += DAY_MS;
    await keepPrivileges(db, now);
    expect(await privileges('buyer', 'ann')).toMatchObject([{ source: 'POINTS', since: iso(now) }]);
  });
});

describe('privileges by grade', () => {
  it('move with the grade, with a time of grace on the way down', async () => {
    const { id } = await of('merchant', 'shop', '');
    expect(await has(id, 'FAST_PAYOUT')).toMatchObject({ granted: true, privilege: { source: 'GRADE', until: null } });
    expect(await has(id, 'BOTH')).toEqual({ granted: false, privilege: null });
    await keepPrivileges(db, now);
    const lost = Array.from({ length: 12 }, (_, i) =>
      anEvent('dispute.closed', iso(now - DAY_MS), { order: `shop-o${i}`, lostBy: 'MERCHANT', cause: 'FAKE' }),
    );
    await takeEvents(db, lost, now);
    expect(await has(id, 'FAST_PAYOUT')).toMatchObject({ granted: true, privilege: { source: 'GRACE' } });
    await keepPrivileges(db, now + 3_000); // it follows the note of the changed grade
    now += 9 * DAY_MS;
    const held = await has(id, 'FAST_PAYOUT');
    expect(held).toMatchObject({ granted: true, privilege: { source: 'GRACE', until: iso(now + DAY_MS) } });
    now += 2 * DAY_MS;
    expect(await has(id, 'FAST_PAYOUT')).toEqual({ granted: false, privilege: null });
  });

  it('are withdrawn at once, without grace, while a sanction holds that the rule names', async () => {
    const { id } = await of('merchant', 'shop', '');
    const low = rulesWith({
      privileges: [{ ...preset.privileges[0]!, anyOf: [{ level: 'D' }] }] as never,
    });
    expect(await save(low)).toMatchObject({ userErrors: [] });
    await keepPrivileges(db, now);
    expect(await has(id, 'FAST_PAYOUT')).toMatchObject({ granted: true });
    const { sanction } = await impose({ subjectId: id, kind: 'RESTRICTION', endsAt: iso(now + 30 * DAY_MS) });
    expect(await has(id, 'FAST_PAYOUT')).toEqual({ granted: false, privilege: null });
    await keepPrivileges(db, now);
    now += 1_000;
    await lift(sanction.id);
    expect(await has(id, 'FAST_PAYOUT')).toMatchObject({ granted: true });
  });

  it('are labelled in both languages', async () => {
    const query = `{ merchant(externalId: "shop") { privileges { en: label zh: label(locale: "zh") } } }`;
    const [first] = (await api.ask(merchant('shop'), query)).data.merchant.privileges;

    expect(first).toEqual({ en: preset.privileges[0]!.texts.en, zh: preset.privileges[0]!.texts['zh-CN'] });
  });
});

describe('who asks', () => {
  it('sees its own privileges; the house sees all, and others none', async () => {
    const ask = async (asker: Asker, kind: string, externalId: string) => {
      const { data, errors } = await api.ask(
        asker,
        `{ it: ${kind}(externalId: "${externalId}") { privileges { key } } }`,
      );
      return errors ? errors[0]!.extensions['code'] : data.it && 'seen';
    };

    expect(await ask(merchant('shop'), 'merchant', 'shop')).toBe('seen');
    expect(await ask(merchant('other'), 'merchant', 'shop')).toBe('FORBIDDEN');
    expect(await ask(null, 'merchant', 'shop')).toBe('UNAUTHENTICATED');
    expect(await ask(buyer('ann'), 'buyer', 'ann')).toBe('seen');
    expect(await ask(buyer('ben'), 'buyer', 'ann')).toBe(null);
    expect(await ask('PLATFORM', 'buyer', 'ann')).toBe('seen');
  });

  it('is refused what is no privilege, of nobody, or of what can have none', async () => {
    const { id } = await of('merchant', 'shop', '');

    expect(await has(id, 'TELEPORT')).toEqual({ code: 'PRIVILEGE_UNKNOWN' });
    expect(await has(globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001'), 'FAST_PAYOUT')).toEqual({
      code: 'SUBJECT_NOT_FOUND',
    });
    expect(await has(globalId('Product', '0199a1b2-0000-7000-8000-000000000001'), 'FAST_PAYOUT')).toEqual({
      code: 'ID_OF_ANOTHER_TYPE',
    });
    expect(await has(globalId('Buyer', ann.subjectId), 'FAST_PAYOUT')).toEqual({ granted: false, privilege: null });
    expect(await has(id, 'FAST_PAYOUT', merchant('shop'))).toEqual({ code: 'FORBIDDEN' });
    expect(await has(id, 'FAST_PAYOUT', null)).toEqual({ code: 'UNAUTHENTICATED' });
  });
});
