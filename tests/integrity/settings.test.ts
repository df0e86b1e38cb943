import { beforeEach, describe, expect, it } from 'vitest';
import { precisionFrom } from '../../src/integrity/precision.ts';
import { ingest } from '../intake/ingest-kit.ts';
import shipped from '../../src/integrity/default-settings.json' with { type: 'json' };
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { eventsOfSale, fakeSales, honestSales, mutate, suspicionsOf, takeHistory } from './integrity-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
beforeEach(() => emptied(db));

let nextKey = 0;
const set = (document: unknown, asker: Asker = 'ADMIN', more: Record<string, unknown> = {}) =>
  mutate(api, asker, 'setIntegritySettings', 'settings { version document note setBy setAt }', {
    document,
    note: 'fits our trade',
    idempotencyKey: `k-${nextKey++}`,
    ...more,
  });
const settings = async () =>
  (await api.ask('AUDITOR', '{ integritySettings { version document note setBy setAt } }')).data.integritySettings;

describe('integrity settings', () => {
  it('are those of the house until others are set, with who did and why', async () => {
    expect(await settings()).toMatchObject({ version: 0, document: shipped, setAt: null });
    const document = { ...shipped, claimMinutes: 5 };
    const mine = { version: 1, document, note: 'fits our trade', setBy: 'ADMIN', setAt: new Date(NOW).toISOString() };
    expect(await set(document)).toEqual({ settings: mine, userErrors: [] });
    expect(await settings()).toEqual(mine);
    expect(await set(shipped)).toMatchObject({ settings: { version: 2 } });
  });

  it('say what is held at once: nothing, if they say so, though it is suspected', async () => {
    await set({ ...shipped, atOnce: { ...shipped.atOnce, holds: false } });
    await takeHistory(db, honestSales('shop'), NOW);
    await ingest(api, fakeSales('shop', 3).flatMap(eventsOfSale));
    const suspicions = await suspicionsOf(api);

    expect(suspicions).toHaveLength(2);
    expect(suspicions.flatMap(({ reviews }) => reviews.map(({ status }) => status))).toEqual(['COUNTED', 'COUNTED']);
  });

  it('say what a ground weighs', async () => {
    await set({ ...shipped, weights: { NEAR_DUPLICATE: [[0.8, 0.5]] } });
    await takeHistory(db, honestSales('shop'), NOW);
    await ingest(api, fakeSales('shop', 3).flatMap(eventsOfSale));

    expect(await suspicionsOf(api)).toEqual([]);
  });

  it('are set once, however often they are sent, and by an ADMIN alone', async () => {
    const input = { idempotencyKey: 'once' };
    const first = await set(shipped, 'ADMIN', input);
    expect(await set(shipped, 'ADMIN', input)).toEqual(first);
    expect((await settings()).version).toBe(1);
    for (const asker of [null, ['MERCHANT', 'merchant:m'], 'PLATFORM', 'MODERATOR', 'AUDITOR'] as const)
      expect(await set(shipped, asker)).toEqual({ code: asker === null ? 'UNAUTHENTICATED' : 'FORBIDDEN' });
    expect((await api.ask('PLATFORM', '{ integritySettings { version } }')).errors?.[0]?.extensions['code']).toBe(
      'FORBIDDEN',
    );
  });

  describe('that let scans void more by themselves', () => {
    const VOIDING = { ...shipped, voidsByItself: true };
    const ask = (document: object, more: Record<string, unknown> = {}) =>
      mutate(api, 'ADMIN', 'setIntegritySettings', 'settings { version } proposal { id action input }', {
        document,
        note: 'they prove right',
        idempotencyKey: `k-${nextKey++}`,
        ...more,
      });
    const approve = (proposalId: string, asker: Asker) =>
      mutate(api, asker, 'approveProposal', 'proposal { state }', {
        proposalId,
        note: 'So be it.',
        idempotencyKey: `k-${nextKey++}`,
      });
    const agreed = async (document: object) => approve((await ask(document)).proposal.id, ['ADMIN', 'merchant:carol']);

    it('hold once another ADMIN agrees', async () => {
      const input = { idempotencyKey: 'voids' };
      const asked = await ask(VOIDING, input);

      expect(asked).toMatchObject({
        settings: null,
        proposal: { action: 'SET_INTEGRITY_SETTINGS', input: { document: VOIDING } },
        userErrors: [],
      });
      expect(await ask(VOIDING, input)).toEqual(asked);
      expect(await approve(asked.proposal.id, 'ADMIN')).toMatchObject({ userErrors: [{ code: 'SAME_PERSON' }] });
      expect(await approve(asked.proposal.id, 'MODERATOR')).toMatchObject({ userErrors: [{ code: 'ADMIN_NEEDED' }] });
      expect((await settings()).version).toBe(0);
      expect(await approve(asked.proposal.id, ['ADMIN', 'merchant:carol'])).toMatchObject({ userErrors: [] });
      expect(await settings()).toMatchObject({ version: 1, document: VOIDING, setBy: 'ADMIN' });
    });

    it('are those by which more would be void, and no others', async () => {
      await agreed(VOIDING);
      for (const more of [{ baseRate: 0.2 }, { voidProposedFrom: 0.9 }, { weights: { BURST: [[1, 2]] } }])
        expect(await ask({ ...VOIDING, ...more })).toMatchObject({ settings: null, proposal: {} });
      const less = { ...VOIDING };
      for (const change of [
        { baseRate: 0.01 },
        { voidProposedFrom: 0.99 },
        { claimMinutes: 5 },
        { voidsByItself: false },
      ]) {
        Object.assign(less, change);
        expect(await ask(less)).toMatchObject({ settings: {}, proposal: null, userErrors: [] });
      }
    });

    it('are those by which orders would be void, or sooner; of before there were such, none is', async () => {
      const { brushing, ...ofBefore } = shipped;
      const voiding = { ...shipped, brushing: { ...brushing, voidsByItself: true } };
      expect(await set(ofBefore)).toMatchObject({ settings: { document: ofBefore } });
      expect(await ask(voiding)).toMatchObject({ settings: null, proposal: {} });
      await agreed(voiding);
      for (const more of [{ baseRate: 0.2 }, { brushing: { ...voiding.brushing, waitHours: 71 } }])
        expect(await ask({ ...voiding, ...more })).toMatchObject({ settings: null, proposal: {} });
      for (const less of [{ brushing: { ...voiding.brushing, waitHours: 73 } }, { brushing }])
        expect(await ask({ ...voiding, ...less })).toMatchObject({ settings: {}, proposal: null, userErrors: [] });
    });
  });

  it.each([
    ['no object', 7, ['document']],
    ['a setting too many', { ...shipped, voids: true }, ['document', 'voids']],
    ['one too few', { ...shipped, baseRate: undefined }, ['document', 'baseRate']],
    ['no time for people', { ...shipped, brushing: { ...shipped.brushing, waitHours: 0 } }, ['brushing', 'waitHours']],
    ['half a rule', { ...shipped, brushing: { voidsByItself: true } }, ['brushing', 'waitHours']],
    ['a void on one family alone', { ...shipped, voidProposedFamilies: 1 }, ['document', 'voidProposedFamilies']],
    ['half a family', { ...shipped, atOnce: { ...shipped.atOnce, heldFamilies: 1.5 } }, ['atOnce', 'heldFamilies']],
    [
      'a probability above 1',
      { ...shipped, lookingBack: { ...shipped.lookingBack, heldFrom: 70 } },
      ['lookingBack', 'heldFrom'],
    ],
    ['a yes that is a text', { ...shipped, atOnce: { ...shipped.atOnce, holds: 'yes' } }, ['atOnce', 'holds']],
    ['a code that is none', { ...shipped, weights: { FULL_MOON: [] } }, ['weights', 'FULL_MOON']],
    [
      'weights that fall',
      {
        ...shipped,
        weights: {
          BURST: [
            [1, 2],
            [2, 1],
          ],
        },
      },
      ['weights', 'BURST', '1'],
    ],
    [
      'a threshold of −∞ that is not the first',
      {
        ...shipped,
        weights: {
          BURST: [
            [1, 1],
            [null, 2],
          ],
        },
      },
      ['weights', 'BURST', '1'],
    ],
    ['a weight beyond all reason', { ...shipped, weights: { BURST: [[1, 1e9]] } }, ['weights', 'BURST', '0']],
  ])('with %s are refused', async (_, document, field) => {
    expect(await set(document)).toMatchObject({ settings: null, userErrors: [{ code: 'SETTINGS_INVALID', field }] });
    expect((await settings()).version).toBe(0);
  });
});

describe('the weight that decisions propose', () => {
  const record = {
    code: 'BURST',
    family: 'BEHAVIOUR',
    logLikelihoodRatio: 1,
    confirmedInAll: 30,
    dismissedInAll: 10,
  } as const;

  it('is the log of the share among confirmed over the share among dismissed ones', () => {
    expect(precisionFrom({ ...record, confirmed: 30, dismissed: 0 })).toMatchObject({ precision: 1 });
    const even = precisionFrom({ ...record, confirmed: 15, dismissed: 5 }).proposedLogLikelihoodRatio!;
    expect(even).toBeCloseTo(Math.log(15.5 / 31 / (5.5 / 11)), 12);
    expect(precisionFrom({ ...record, confirmed: 29, dismissed: 1 }).proposedLogLikelihoodRatio).toBeGreaterThan(even);
    expect(precisionFrom({ ...record, confirmed: 2, dismissed: 9 }).proposedLogLikelihoodRatio).toBeLessThan(0);
  });

  it('is none while few are decided', () => {
    expect(precisionFrom({ ...record, confirmed: 5, dismissed: 4 }).proposedLogLikelihoodRatio).toBeNull();
  });
});
