import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { DAY_MS, merchant, preset, rewardsOn, rulesWith, type Given } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const { save, propose, approve } = rewardsOn(api);
const inForce = async () => (await api.ask(null, '{ rewardsPolicy { version document } }')).data.rewardsPolicy;
const [first, ...others] = preset.earning as Given[];

describe('the rules of points', () => {
  it('are those that come with the house, for everyone to read', async () => {
    const { version, document } = await inForce();

    expect(version).toBe(1);
    expect(document).toMatchObject(preset);
  });

  it('can be replaced from a day on, once however often that is sent', async () => {
    const input = { activeFrom: new Date(now + DAY_MS).toISOString(), idempotencyKey: 'once' };
    const document = rulesWith({ mostADay: { BUYER: 50, MERCHANT: 50 } });
    const saved = await save(document, input);

    expect(saved).toMatchObject({ userErrors: [], policy: { version: 2, document: { mostADay: { BUYER: 50 } } } });
    expect(await save(document, input)).toEqual(saved);
    expect(await save(preset, input)).toMatchObject({ userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] });
    expect((await inForce()).version).toBe(1);
    now += DAY_MS;
    expect(await inForce()).toEqual(saved.policy);
    expect(await save(saved.policy.document)).toMatchObject({ userErrors: [], policy: { version: 3 } }); // as it was shown
  });

  it('are numbered one by one when several are saved at once', async () => {
    const { version: last, document } = await inForce();
    const saved = await Promise.all([save(document), save(document), save(document)]);

    expect(saved.map(({ policy }) => policy.version).toSorted((a, b) => a - b)).toEqual([last + 1, last + 2, last + 3]);
  });

  it.each([
    ['an event of which we know nothing', { earning: [{ ...first, event: 'SMILED' }] }, ['earning', '0', 'event']],
    ['a payee who cannot earn by it', { earning: [{ ...first, to: 'MERCHANT' }] }, ['earning', '0', 'to']],
    ['half a point', { earning: [{ ...first, points: 0.5 }] }, ['earning', '0', 'points']],
    ['a field that means nothing there', { earning: [{ ...first, hours: 3 }] }, ['earning', '0', 'hours']],
    ['a key that is used twice', { earning: [first, first, ...others] }, ['earning']],
    [
      'a review rule without a length',
      { earning: [{ ...others[0], characters: undefined }] },
      ['earning', '0', 'characters'],
    ],
    [
      'a factor of three decimals',
      { multipliers: { BUYER: { A: 1.125 }, MERCHANT: {} } },
      ['multipliers', 'BUYER', 'A'],
    ],
    ['a level that is none', { multipliers: { BUYER: { Z: 2 }, MERCHANT: {} } }, ['multipliers', 'BUYER', 'Z']],
    [
      'a campaign that ends before it begins',
      {
        campaigns: [
          { key: 'XMAS', from: '2026-12-24T00:00:00Z', until: '2026-12-01T00:00:00Z', factor: 2, texts: first.texts },
        ],
      },
      ['campaigns', '0', 'until'],
    ],
    [
      'a campaign for a rule that is none',
      {
        campaigns: [
          {
            key: 'XMAS',
            from: '2026-12-01T00:00:00Z',
            until: '2026-12-24T00:00:00Z',
            factor: 2,
            rules: ['X'],
            texts: first.texts,
          },
        ],
      },
      ['campaigns', '0', 'rules', '0'],
    ],
    ['a currency without a value', { redeeming: { ...preset.redeeming, currency: 'CHF' } }, ['redeeming', 'currency']],
    [
      'points that are worth nothing',
      { redeeming: { ...preset.redeeming, currencies: { USD: { points: 1, amount: 0 } } } },
      ['redeeming', 'currencies', 'USD', 'amount'],
    ],
    [
      'a privilege that nothing gives',
      { privileges: [{ ...preset.privileges[0], anyOf: [{}] }] },
      ['privileges', '0', 'anyOf', '0'],
    ],
    ['a penalty of nothing', { penalties: [{ ...preset.penalties[0], points: 0 }] }, ['penalties', '0', 'points']],
  ])('are refused with %s, and the path to it', async (_, more, field) => {
    expect(await save(rulesWith(more as never))).toMatchObject({
      policy: null,
      userErrors: [{ code: 'POLICY_INVALID', field }],
    });
  });

  it('are refused without a note, for the past and for a far future', async () => {
    expect(await save(preset, { note: ' ' })).toMatchObject({ userErrors: [{ code: 'NOTE_MISSING' }] });
    expect(await save(preset, { activeFrom: '2020-01-01T00:00:00Z' })).toMatchObject({
      userErrors: [{ code: 'DATE_IN_PAST' }],
    });
    expect(await save(preset, { activeFrom: '2099-01-01T00:00:00Z' })).toMatchObject({
      userErrors: [{ code: 'DATE_TOO_FAR' }],
    });
  });

  it('name no money that there is none of', async () => {
    const currencies = { ...preset.redeeming.currencies, ZZZ: { points: 1, amount: 1 } };

    expect(await save(rulesWith({ redeeming: { ...preset.redeeming, currencies } }))).toMatchObject({
      policy: null,
      userErrors: [{ code: 'CURRENCY_UNKNOWN', field: ['redeeming', 'currencies', 'ZZZ'] }],
    });
  });

  it('are for admins to replace', async () => {
    for (const asker of [null, merchant('shop'), 'PARTNER', 'PLATFORM', 'MODERATOR', 'AUDITOR'] as const)
      expect(await save(preset, {}, asker)).toEqual({ code: asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN' });
  });
});

describe('rules of points that give or take more', () => {
  const CAMPAIGN = {
    key: 'XMAS',
    from: '2027-12-01T00:00:00Z',
    until: '2027-12-24T00:00:00Z',
    factor: 2,
    texts: first.texts,
  };
  const otherwise = (list: Given[], change: Given): Given[] => [{ ...list[0], ...change }, ...list.slice(1)];

  it('hold once another ADMIN agrees, and not before', async () => {
    await save(preset);
    const before = await inForce();
    const input = { idempotencyKey: 'more' };
    const more = rulesWith({ campaigns: [CAMPAIGN] as never });
    const asked = await propose(more, input);

    expect(asked).toMatchObject({
      policy: null,
      proposal: { action: 'SAVE_REWARDS_POLICY', input: { activeFrom: new Date(now).toISOString() } },
      userErrors: [],
    });
    expect(await propose(more, input)).toEqual(asked);
    expect(await inForce()).toEqual(before);
    expect(await approve(asked.proposal.id, 'ADMIN')).toMatchObject({ userErrors: [{ code: 'SAME_PERSON' }] });
    expect(await approve(asked.proposal.id, 'MODERATOR')).toMatchObject({ userErrors: [{ code: 'ADMIN_NEEDED' }] });
    expect(await approve(asked.proposal.id, 'AUDITOR')).toEqual({ code: 'FORBIDDEN' });
    expect(await approve(asked.proposal.id)).toEqual({ userErrors: [] });
    expect((await inForce()).document.campaigns).toMatchObject([{ key: 'XMAS', factor: 2 }]);
  });

  it.each([
    ['more for an event', { earning: otherwise(preset.earning, { points: first.points + 1 }) }],
    ['it for longer', { earning: otherwise(preset.earning, { expiresDays: 400 }) }],
    ['for another event', { earning: otherwise(preset.earning, { key: 'ANOTHER' }) }],
    ['without a cap', { mostADay: { BUYER: null, MERCHANT: null } }],
    ['more by grade', { multipliers: { BUYER: { D: 9 }, MERCHANT: {} } }],
    ['a penalty that is dearer', { penalties: otherwise(preset.penalties, { points: 10_000 }) }],
    ['no penalty', { penalties: [] }],
    [
      'more money for points',
      { redeeming: { ...preset.redeeming, currencies: { EUR: { points: 1, amount: 5000 } }, currency: 'EUR' } },
    ],
    ['a privilege for less', { privileges: otherwise(preset.privileges, { anyOf: [{ points: 1 }] }) }],
  ])('are those that give %s', async (_, more) => {
    await save(preset);

    expect(await propose(rulesWith(more as never))).toMatchObject({ policy: null, proposal: {}, userErrors: [] });
  });

  it('are none of those that stop what gives too much, or say it in other words', async () => {
    const texts = { en: 'Kept', 'zh-CN': '履约' };
    for (const less of [
      { earning: [] },
      { earning: otherwise(preset.earning, { points: 1, texts }) },
      { mostADay: { BUYER: 1, MERCHANT: 1 } },
      { privileges: [] },
    ]) {
      await save(preset);
      expect(await propose(rulesWith(less as never))).toMatchObject({ policy: {}, proposal: null, userErrors: [] });
    }
  });
});
