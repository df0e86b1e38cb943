import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { idsOf } from '../../src/kernel/global-id.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { book, earned } from '../points/kit.ts';
import { buyer, preset, rewardsOn, rulesWith, type Given } from './kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const { of, save, send } = rewardsOn(api);
const HOLD = 'hold { id points captured status value { amount currency } spent { amount currency } }';
const ERRORS = 'userErrors { code field }';
const REDEEM = `mutation ($input: RedeemPointsInput!) { it: redeemPoints(input: $input) {
  holdId value { amount currency } ${HOLD} account { available } ${ERRORS} } }`;
const CAPTURE = `mutation ($input: CapturePointsInput!) { it: capturePoints(input: $input) { ${HOLD} account { balance } ${ERRORS} } }`;
const RELEASE = `mutation ($input: ReleasePointsInput!) { it: releasePoints(input: $input) { ${HOLD} account { balance available } ${ERRORS} } }`;

beforeAll(async () => {
  await takeEvents(
    db,
    ['ann', 'ben'].map((externalId) => anEvent('buyer.registered', daysAgo(9), { externalId })),
  );
});
const rich = async (name: string, points: number): Promise<string> => {
  const { id } = await of('buyer', name, '');
  await book(db, earned({ subjectKind: 'BUYER', subjectId: idsOf('Buyer', id)[0] }, points));
  return id;
};
const redeem = (holderId: string, points: number, more = {}, asker: Given = buyer('ann')) =>
  send(asker, REDEEM, { holderId, points, purpose: 'A discount', reference: 'o-1', ...more });

describe('redeemPoints', () => {
  it('says what the points are worth, in the currency that is asked for, and keeps it with the hold', async () => {
    const id = await rich('ann', 5_000);
    const made = await redeem(id, 250);
    expect(made).toMatchObject({
      value: { amount: 250, currency: 'USD' },
      hold: { status: 'HELD', value: { amount: 250, currency: 'USD' }, spent: { amount: 0, currency: 'USD' } },
      userErrors: [],
    });
    expect(await redeem(id, 250, { currency: 'GBP' })).toMatchObject({ value: { amount: 200, currency: 'GBP' } });
    expect(await redeem(id, 1, { currency: 'JPY' })).toMatchObject({ value: { amount: 1, currency: 'JPY' } });

    const captured = await send('PLATFORM', CAPTURE, { holdId: made.holdId, points: 99 });
    expect(captured).toMatchObject({ hold: { status: 'CAPTURED', spent: { amount: 99, currency: 'USD' } } });
  });

  it('follows the rules of when it was asked for: a repeat gets the first answer', async () => {
    const id = await rich('ann', 5_000);
    const key = { idempotencyKey: randomUUID() };
    const made = await redeem(id, 130, key);
    const redeeming = { minimum: 200, step: 50, currency: 'EUR', currencies: { EUR: { points: 100, amount: 50 } } };
    expect(await save(rulesWith({ redeeming: redeeming as never }))).toMatchObject({ userErrors: [] });

    expect(await redeem(id, 130, key)).toEqual(made);
    expect(await redeem(id, 130)).toMatchObject({
      holdId: null,
      value: null,
      userErrors: [{ code: 'POINTS_BELOW_MINIMUM', field: ['points'] }],
    });
    expect(await redeem(id, 220)).toMatchObject({ userErrors: [{ code: 'POINTS_NOT_IN_STEPS', field: ['points'] }] });
    expect(await redeem(id, 250)).toMatchObject({ value: { amount: 125, currency: 'EUR' }, userErrors: [] });
    expect(await redeem(id, 250, { currency: 'USD' })).toMatchObject({
      userErrors: [{ code: 'CURRENCY_UNKNOWN', field: ['currency'] }],
    });
    expect(await redeem(id, 250, { currency: 'toString' })).toMatchObject({
      userErrors: [{ code: 'CURRENCY_UNKNOWN' }],
    });
    await save(preset);
  });

  it('is refused for more than there is, and for the points of others', async () => {
    const id = await rich('ben', 40);

    expect(await redeem(id, 50, {}, buyer('ben'))).toMatchObject({ holdId: null, userErrors: [{ field: ['points'] }] });
    expect(await redeem(id, 10)).toMatchObject({ holdId: null, userErrors: [{ code: 'HOLDER_NOT_FOUND' }] });
    expect(await redeem(id, 10, {}, 'MODERATOR')).toEqual({ code: 'FORBIDDEN' });
  });
});

describe('what is held', () => {
  it('is captured once and released once, however often that is sent, at once too', async () => {
    const id = await rich('ann', 1_000);
    const { holdId } = await redeem(id, 100);
    const capture = { holdId, points: 60, idempotencyKey: randomUUID() };
    const captured = await Promise.all(Array.from({ length: 20 }, () => send('PLATFORM', CAPTURE, capture)));
    expect(new Set(captured.map((each) => JSON.stringify(each.hold)))).toHaveLength(1);
    expect(captured[0]).toMatchObject({ hold: { captured: 60, status: 'CAPTURED' }, userErrors: [] });
    expect(await send('PLATFORM', CAPTURE, { holdId })).toMatchObject({ userErrors: [{ code: 'HOLD_CAPTURED' }] });

    const other = await redeem(id, 100);
    const release = { holdId: other.holdId, idempotencyKey: randomUUID() };
    const released = await Promise.all(Array.from({ length: 20 }, () => send('PLATFORM', RELEASE, release)));
    expect(new Set(released.map((each) => JSON.stringify(each)))).toHaveLength(1);
    expect(released[0]).toMatchObject({ hold: { status: 'RELEASED', captured: 0 }, userErrors: [] });
    expect(await send('PLATFORM', RELEASE, { holdId: other.holdId })).toMatchObject({
      userErrors: [{ code: 'HOLD_RELEASED' }],
    });
  });
});
