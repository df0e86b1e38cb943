import { beforeAll, describe, expect, it } from 'vitest';
import { backtest } from '../../src/grades/backtest.ts';
import { fitToHistory } from '../../src/grades/fit.ts';
import preset from '../../src/grades/presets/default-merchant.json' with { type: 'json' };
import { commonSense } from '../../src/scoring/common-sense.ts';
import { compilePolicy } from '../../src/scoring/compiled.ts';
import { parsePolicy } from '../../src/scoring/parse-policy.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { orders, take } from './fixtures.ts';
import { aMarketplace, DAY } from './policy-kit.ts';

const policy = parsePolicy(preset);

describe('fitting a policy to what has happened', () => {
  const db = aDatabase();
  beforeAll(() => aMarketplace(db), 60_000);

  it('learns from earlier deals and is measured on later ones', async () => {
    const { instants, learntFrom, before, after, isBetter } = await fitToHistory(db.pool, policy, NOW);
    const [known, learnt, measured] = instants;

    expect(learnt - known).toBeCloseTo(measured - learnt, -3);
    expect(measured).toBeLessThanOrEqual(NOW);
    expect(learntFrom.deals).toBeGreaterThan(500);
    expect(after.deals).toBe(before.deals);
    expect(isBetter).toBe(true);
    expect(after.logLoss!).toBeLessThan(before.logLoss!);
  });

  it('measures as a backtest does', async () => {
    const fit = await fitToHistory(db.pool, policy, NOW);
    const [, from, to] = fit.instants;
    const { foresight } = await backtest(db.pool, {
      before: compilePolicy(policy),
      after: compilePolicy(fit.document),
      from,
      to,
    });

    const close = ({ auc, logLoss, calibrationError }: typeof fit.before) => ({
      auc: expect.closeTo(auc!, 9),
      logLoss: expect.closeTo(logLoss!, 9),
      calibrationError: expect.closeTo(calibrationError!, 9),
    });
    expect(foresight.before).toMatchObject(close(fit.before));
    expect(foresight.after).toMatchObject(close(fit.after));
  });

  it('proposes a valid policy, says what changes, and what steady shops would get before and after', async () => {
    const { document, changes, commonSense: shops, kinds } = await fitToHistory(db.pool, policy, NOW);

    expect(parsePolicy(JSON.parse(JSON.stringify(document)))).toEqual(document);
    expect(changes.map(({ path }) => path)).toContain('prior.k');
    expect(document.value.referenceAmounts).toHaveProperty('USD');
    expect(shops).toEqual({
      before: commonSense(compilePolicy(policy), NOW),
      after: commonSense(compilePolicy(document), NOW),
    });
    expect(kinds.map(({ kind }) => kind)).toEqual(Object.keys(policy.masses));
    expect(kinds.filter(({ isFitted }) => isFitted).length).toBeGreaterThan(0);
  });

  it('keeps an amount that people have set', async () => {
    const own = parsePolicy({ ...preset, value: { ...preset.value, referenceAmounts: { USD: 1234 } } });

    expect((await fitToHistory(db.pool, own, NOW)).document.value.referenceAmounts['USD']).toBe(1234);
  });
});

describe('fitting with too little to go by', () => {
  const db = aDatabase();

  it('is refused, with what is missing', async () => {
    await expect(fitToHistory(db.pool, policy, NOW)).rejects.toMatchObject({ code: 'TOO_LITTLE_HISTORY' });
    await take(db, orders('m-1', 30));
    const refusal = fitToHistory(db.pool, policy, NOW + DAY);
    await expect(refusal).rejects.toMatchObject({
      code: 'TOO_LITTLE_HISTORY',
      message: expect.stringMatching(/it takes 200/),
    });
  });
});
