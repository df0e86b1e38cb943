import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { closeAccount } from '../../src/points/close.commands.ts';
import { settlePoints } from '../../src/points/settle.job.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { DAY_MS, mutator, peopleOn, refused, want } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const send = mutator(api);
const { ids, someone } = peopleOn(db, api, 15);

describe('redeemPoints', () => {
  it('holds points of the holder, who can spend the rest only', async () => {
    const { id, as } = await someone(100);
    const held = await send('redeemPoints', as, want(id, 70));

    expect(held).toEqual({
      holdId: held.hold.id,
      hold: {
        id: expect.any(String),
        points: 70,
        captured: 0,
        status: 'HELD',
        purpose: 'A discount',
        reference: 'o-1',
        madeAt: new Date(now).toISOString(),
        expiresAt: new Date(now + 7 * DAY_MS).toISOString(),
        endedAt: null,
      },
      account: { balance: 100, pending: 0, held: 70, available: 30 },
      userErrors: [],
    });
    expect(await send('redeemPoints', as, want(id, 31))).toMatchObject(refused('POINTS_INSUFFICIENT', 'points'));
    expect((await send('redeemPoints', 'PLATFORM', want(id, 30))).account.available).toBe(0);
  });

  it('holds once, however often it is sent: fifty times at once, and again', async () => {
    const { id, as } = await someone(100);
    const input = want(id, 60, { idempotencyKey: 'fifty' });
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('redeemPoints', as, input)));

    expect(new Set(answers.map((answer) => answer.holdId)).size).toBe(1);
    expect(await send('redeemPoints', as, input)).toEqual(answers[0]);
    expect(answers[0].account).toMatchObject({ balance: 100, held: 60 });
    expect(await send('redeemPoints', as, { ...input, points: 1 })).toMatchObject(
      refused('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey'),
    );
  });

  it('of others at once grants what is there and refuses the rest, each for itself', async () => {
    const { id, as } = await someone(100);
    const answers = await Promise.all(Array.from({ length: 30 }, () => send('redeemPoints', as, want(id, 7))));

    const granted = answers.filter((answer) => answer.hold !== null);
    expect(granted).toHaveLength(14);
    for (const answer of answers)
      if (!granted.includes(answer)) expect(answer).toMatchObject(refused('POINTS_INSUFFICIENT', 'points'));
  });

  it.each([
    ['nothing', { points: 0 }, 'POINTS_NOT_POSITIVE', 'points'],
    ['less than nothing', { points: -5 }, 'POINTS_NOT_POSITIVE', 'points'],
    ['no purpose', { purpose: ' ' }, 'PURPOSE_MISSING', 'purpose'],
    ['a NUL', { reference: 'a\0b' }, 'REFERENCE_INVALID', 'reference'],
    ['a long purpose', { purpose: 'x'.repeat(201) }, 'PURPOSE_TOO_LONG', 'purpose'],
    [
      'a product',
      { holderId: globalId('Product', '0199a1b2-0000-7000-8000-000000000001') },
      'ID_OF_ANOTHER_TYPE',
      'holderId',
    ],
    ['nobody', { holderId: globalId('Buyer', '0199a1b2-0000-7000-8000-000000000001') }, 'HOLDER_NOT_FOUND', 'holderId'],
    ['no id', { holderId: 'b-0' }, 'ID_INVALID', 'holderId'],
  ])('with %s is refused', async (_, more, code, field) => {
    expect(await send('redeemPoints', 'PLATFORM', want(ids['b-0']!, 1, more))).toMatchObject(refused(code, field));
  });

  it('does not take what no Int holds', async () => {
    for (const points of [2 ** 31, 2 ** 53])
      expect(await send('redeemPoints', 'PLATFORM', want(ids['b-0']!, points))).toEqual({ code: 'BAD_USER_INPUT' });
  });

  it('finds no account of another, nor for a merchant of a buyer', async () => {
    for (const stranger of [
      ['BUYER', 'buyer:b-11'],
      ['MERCHANT', 'merchant:m-1'],
    ] as const)
      expect(await send('redeemPoints', stranger, want(ids['b-0']!, 1))).toMatchObject(
        refused('HOLDER_NOT_FOUND', 'holderId'),
      );
    expect(await send('redeemPoints', 'AUDITOR', want(ids['b-0']!, 1))).toEqual({ code: 'FORBIDDEN' });
    expect(await send('redeemPoints', null, want(ids['b-0']!, 1))).toEqual({ code: 'UNAUTHENTICATED' });
  });
});

describe('capturePoints and releasePoints', () => {
  it('spend a part of a hold, and give back the rest', async () => {
    const { id, as } = await someone(100);
    const { holdId } = await send('redeemPoints', as, want(id, 70));
    const captured = await send('capturePoints', 'PLATFORM', { holdId, points: 50 });

    expect(captured).toMatchObject({
      hold: { status: 'CAPTURED', captured: 50, endedAt: new Date(now).toISOString() },
      account: { balance: 50, held: 0, available: 50 },
      userErrors: [],
    });
    const query = `{ buyer(externalId: "${as![1].slice(6)}") { points { entries(first: 1) { nodes { kind amount reason } } } } }`;
    expect((await api.ask('PLATFORM', query)).data.buyer.points.entries.nodes).toEqual([
      { kind: 'REDEEMED', amount: -50, reason: 'A discount' },
    ]);
  });

  it('spend all of it where no number is given, or give all of it back', async () => {
    const { id, as } = await someone(100);
    const [one, other] = [await send('redeemPoints', as, want(id, 40)), await send('redeemPoints', as, want(id, 60))];

    expect((await send('capturePoints', 'PLATFORM', { holdId: one.holdId })).account).toMatchObject({
      balance: 60,
      held: 60,
    });
    expect(await send('releasePoints', 'PLATFORM', { holdId: other.holdId })).toMatchObject({
      hold: { status: 'RELEASED', captured: 0 },
      account: { balance: 60, held: 0, available: 60 },
    });
  });

  it('happen once, however often they are sent, and a second time under another key not at all', async () => {
    const { id, as } = await someone(100);
    const { holdId } = await send('redeemPoints', as, want(id, 40));
    const input = { holdId, points: 10, idempotencyKey: 'capture-once' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('capturePoints', 'PLATFORM', input)));

    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0].account.balance).toBe(90);
    for (const again of [
      await send('capturePoints', 'PLATFORM', { holdId }),
      await send('releasePoints', 'PLATFORM', { holdId }),
    ])
      expect(again).toMatchObject(refused('HOLD_CAPTURED', 'holdId'));
    const released = (await send('redeemPoints', as, want(id, 5))).holdId;
    await send('releasePoints', 'PLATFORM', { holdId: released });
    expect(await send('capturePoints', 'PLATFORM', { holdId: released })).toMatchObject(
      refused('HOLD_RELEASED', 'holdId'),
    );
  });

  it('refuse more than is held, nothing, holds that there are not, and whoever is not the platform', async () => {
    const { id, holder, as } = await someone(100);
    const { holdId } = await send('redeemPoints', as, want(id, 40));
    const [subjectId, hold] = idsOf('PointsHold', holdId);
    const strangers = globalId('PointsHold', idsOf('Buyer', ids['b-0']!)[0], hold);
    const unknown = globalId('PointsHold', subjectId, holder.subjectId);

    expect(await send('capturePoints', 'PLATFORM', { holdId, points: 41 })).toMatchObject(
      refused('CAPTURE_ABOVE_HOLD', 'points'),
    );
    expect(await send('capturePoints', 'PLATFORM', { holdId, points: 0 })).toMatchObject(
      refused('POINTS_NOT_POSITIVE', 'points'),
    );
    for (const wrong of [strangers, unknown])
      for (const operation of ['capturePoints', 'releasePoints'] as const)
        expect(await send(operation, 'PLATFORM', { holdId: wrong })).toMatchObject(refused('HOLD_NOT_FOUND', 'holdId'));
    for (const asker of [as, 'ADMIN'] as const)
      expect(await send('capturePoints', asker, { holdId })).toEqual({ code: 'FORBIDDEN' });
    expect((await send('releasePoints', 'PLATFORM', { holdId })).userErrors).toEqual([]);
  });

  it('come too late once the hold has timed out, whether the worker has come by or not', async () => {
    const { id, as } = await someone(100);
    const [one, other] = [await send('redeemPoints', as, want(id, 40)), await send('redeemPoints', as, want(id, 10))];
    now += 7 * DAY_MS;

    expect(await send('capturePoints', 'PLATFORM', { holdId: one.holdId })).toMatchObject(
      refused('HOLD_EXPIRED', 'holdId'),
    );
    await settlePoints(db.pool).run(now);
    expect(await send('releasePoints', 'PLATFORM', { holdId: other.holdId })).toMatchObject(
      refused('HOLD_EXPIRED', 'holdId'),
    );
    const { data } = await api.ask('PLATFORM', 'query ($id: ID!) { node(id: $id) { ... on PointsHold { status } } }', {
      id: one.holdId,
    });
    expect(data.node).toEqual({ status: 'EXPIRED' });
    expect((await send('redeemPoints', as, want(id, 100))).account.available).toBe(0);
  });

  it('have nothing to do with a closed account', async () => {
    const { id, holder, as } = await someone(100);
    const { holdId } = await send('redeemPoints', as, want(id, 40));
    await send('releasePoints', 'PLATFORM', { holdId });
    await inTransaction(db.pool, (tx) => closeAccount(tx, now, holder, null));

    expect(await send('redeemPoints', as, want(id, 1))).toMatchObject(refused('ACCOUNT_CLOSED', null));
    for (const operation of ['capturePoints', 'releasePoints'] as const)
      expect(await send(operation, 'PLATFORM', { holdId })).toMatchObject(refused('ACCOUNT_CLOSED', null));
  });
});
