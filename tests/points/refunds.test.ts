import { describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { mutator, peopleOn, refused, want } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const send = mutator(api);
const { someone } = peopleOn(db, api, 5);

describe('refundPoints', () => {
  const reason = 'The order was cancelled.';
  const spendings = (externalId: string, asker: Asker) =>
    api.ask(
      asker,
      `{ buyer(externalId: "${externalId}") { points { balance holds(status: CAPTURED) { nodes { captured entry { id } refund { amount kind reason reverses expiresAt } } }
        entries(first: 2) { nodes { id amount } } } } }`,
    );

  it('gives back all that was captured, once, by an entry that names the one it takes back', async () => {
    const { id, as } = await someone(100);
    const { holdId } = await send('redeemPoints', as, want(id, 70));
    await send('capturePoints', 'PLATFORM', { holdId, points: 50 });
    const input = { holdId, reason, idempotencyKey: 'refund-once' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => send('refundPoints', 'PLATFORM', input)));

    for (const answer of answers)
      expect(answer).toMatchObject({ hold: { status: 'CAPTURED', captured: 50 }, account: { balance: 100 } });
    const { balance, holds, entries } = (await spendings(as![1].slice(6), as)).data.buyer.points;
    const [back, spent] = entries.nodes;
    expect([balance, back.amount, spent.amount]).toEqual([100, 50, -50]);
    expect(holds.nodes).toEqual([
      {
        captured: 50,
        entry: { id: spent.id },
        refund: { amount: 50, kind: 'REVERSED', reason, reverses: spent.id, expiresAt: null },
      },
    ]);
    expect(await send('refundPoints', 'PLATFORM', { holdId, reason })).toMatchObject(
      refused('HOLD_REFUNDED', 'holdId'),
    );
  });

  it('refuses what was not spent, holds that there are not, no reason, and whoever is not the platform', async () => {
    const { id, holder, as } = await someone(100);
    const { holdId } = await send('redeemPoints', as, want(id, 40));
    const refund = (input: object) => send('refundPoints', 'PLATFORM', { holdId, reason, ...input });

    expect(await refund({})).toMatchObject(refused('HOLD_NOT_CAPTURED', 'holdId'));
    await send('releasePoints', 'PLATFORM', { holdId });
    expect(await refund({})).toMatchObject(refused('HOLD_NOT_CAPTURED', 'holdId'));
    const unknown = globalId('PointsHold', holder.subjectId, holder.subjectId);
    expect(await refund({ holdId: unknown })).toMatchObject(refused('HOLD_NOT_FOUND', 'holdId'));
    expect(await refund({ reason: ' ' })).toMatchObject(refused('REASON_MISSING', 'reason'));
    for (const asker of [as, 'ADMIN'] as const)
      expect(await send('refundPoints', asker, { holdId, reason })).toEqual({ code: 'FORBIDDEN' });
  });
});

describe('the holds of an account', () => {
  it('tell its holder and the house what is held and what for, page by page, the last first', async () => {
    const { id, as } = await someone(100);
    const made: string[] = [];
    for (const points of [10, 20, 30]) {
      now += 1;
      made.unshift((await send('redeemPoints', as, want(id, points))).holdId);
    }
    await send('releasePoints', 'PLATFORM', { holdId: made[1] });
    const holds = async (asker: Asker, page: string) => {
      const query = `query ($id: ID!) { buyer(id: $id) { points { holds${page} { nodes { id purpose reference } pageInfo { endCursor } } } } }`;
      return (await api.ask(asker, query, { id })).data.buyer?.points.holds;
    };

    const first = await holds(as, '(first: 2)');
    const rest = await holds(as, `(after: "${first.pageInfo.endCursor}")`);
    expect([...first.nodes, ...rest.nodes].map((hold) => hold.id)).toEqual(made);
    expect(first.nodes[0]).toMatchObject({ purpose: 'A discount', reference: 'o-1' });
    const open = await holds('ADMIN', '(status: HELD)');
    expect(open.nodes.map((hold: { id: string }) => hold.id)).toEqual([made[0], made[2]]);
    expect(await holds(['BUYER', 'buyer:b-0'], '')).toBeUndefined();
  });
});
