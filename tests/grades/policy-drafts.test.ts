import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SHIPPED_POLICIES } from '../../src/grades/policies.commands.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { orders, take } from './fixtures.ts';
import { changesOn, rulesWith } from './policy-kit.ts';

describe('savePolicyDraft', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const { save, activate } = changesOn(api);
  beforeEach(() => take(db, orders('m-1', 1)));
  afterEach(() => emptied(db));

  it('numbers the versions of a policy, whoever saves at the same moment', async () => {
    const saved = await Promise.all([2, 3, 4, 5, 6].map((badWeight) => save(rulesWith({ badWeight }))));

    expect(saved.map(({ version }) => version?.version).toSorted((a, b) => a! - b!)).toEqual([2, 3, 4, 5, 6]);
    expect((await save(rulesWith({ key: 'strict' }))).version).toMatchObject({ key: 'strict', version: 1 });
  });

  it('saves once, however often it is sent', async () => {
    const answers = await Promise.all([1, 2].map(() => save(rulesWith({ badWeight: 2 }), { idempotencyKey: 'a' })));

    expect(answers.map(({ version }) => version?.version)).toEqual([2, 2]);
  });

  it.each([
    [{ cuts: { AAA: 740, AA: 700, A: 710, BBB: 610, BB: 570, B: 520, C: 450 } }, ['document', 'cuts', 'A']],
    [{ goodHalfLifeDays: 0 }, ['document', 'goodHalfLifeDays']],
    [{ badWeight: null }, ['document', 'badWeight']],
    [{ masses: { ORDER_EATEN: { good: 1 } } }, ['document', 'masses', 'ORDER_EATEN']],
    [{ approval: { persons: 3 } }, ['document', 'approval', 'persons']],
    [{ noticeDays: -1 }, ['document', 'noticeDays']],
    [{ method: 'MAGIC' }, ['document', 'method']],
  ])('refuses %j and names the path', async (fields, path) => {
    const { version, userErrors } = await save(rulesWith(fields));

    expect(version).toBeNull();
    expect(userErrors).toMatchObject([{ code: 'POLICY_INVALID', field: path }]);
  });

  it('refuses moneys that there are none of, in the rules of ours and of a platform', async () => {
    const value = { ...(rulesWith({}) as { value: object }).value, referenceAmounts: { EUR: 4000, XAU: 1 } };
    const platform = SHIPPED_POLICIES.find((each) => (each as { key: string }).key === 'ebay-seller-standards');
    const odd = JSON.parse(JSON.stringify(platform).replace('"currency":"USD"', '"currency":"XXX"')) as object;

    expect(await save(rulesWith({ value }))).toMatchObject({
      version: null,
      userErrors: [{ code: 'CURRENCY_UNKNOWN', field: ['document', 'value', 'referenceAmounts', 'XAU'] }],
    });
    expect((await save(odd)).userErrors).toMatchObject([
      { code: 'CURRENCY_UNKNOWN', field: ['document', 'metrics', expect.any(String), 'currency'] },
    ]);
  });

  it('refuses ten thousand gates', async () => {
    const gates = Array.from({ length: 10_000 }, () => ({ level: 'A', counterparties: 1, tradingDays: 1 }));

    expect((await save(rulesWith({ gates }))).userErrors).toMatchObject([
      { code: 'POLICY_INVALID', field: ['document', 'gates'], message: expect.stringContaining('not 10000') },
    ]);
  });

  it.each(['a \0 b', 'half \ud800 a pair'])('refuses a text that cannot be kept: %j', async (title) => {
    const preset = SHIPPED_POLICIES.find((each) => (each as { key: string }).key === 'taobao-levels') as Record<
      string,
      unknown
    >;
    const { userErrors } = await save({ ...preset, notes: [title] });

    expect(userErrors).toMatchObject([{ code: 'POLICY_INVALID' }]);
    expect((await save({ ...preset, notes: ['a \\u0000 that is spelt out, 😀'] })).userErrors).toEqual([]);
  });

  it('keeps a platform’s rules by their own key, and never as the default', async () => {
    const preset = SHIPPED_POLICIES.find((each) => (each as { key: string }).key === 'taobao-levels') as Record<
      string,
      unknown
    >;

    expect((await save(preset)).version).toMatchObject({ key: 'taobao-levels', version: 2 });
    expect((await save({ ...preset, key: 'default' })).userErrors).toMatchObject([{ field: ['document', 'key'] }]);
    expect((await activate(2, { key: 'taobao-levels' })).version).toMatchObject({ state: 'IN_FORCE' });
  });

  it('refuses what is no document, and what gives no reason', async () => {
    for (const document of ['text', 7, []])
      expect((await save(document)).userErrors).toMatchObject([{ code: 'POLICY_INVALID' }]);
    await expect(save(null)).rejects.toThrow(/non-nullable|must not be null|Expected/);
    expect((await save(rulesWith({}), { note: '' })).userErrors).toMatchObject([
      { code: 'NOTE_MISSING', field: ['note'] },
    ]);
  });
});
