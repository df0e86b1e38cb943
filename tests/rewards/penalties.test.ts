import { beforeAll, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { buyer, casesOn } from '../cases/kit.ts';
import { rewardsOn, settle } from './kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const { points, of, send } = rewardsOn(api);
const cases = casesOn(api, db);
const TEXTS = {
  ann: 'The best that I have ever had, I shall come again.',
  ben: 'Packed with care; works since the first day without a hitch.',
  cat: 'My daughter plays with it from morning until night.',
  eve: 'Somewhat smaller than on the picture, yet quite sturdy.',
};

beforeAll(async () => {
  await takeEvents(
    db,
    (['ann', 'ben', 'cat'] as const).flatMap((name, i) =>
      eventsOf({ order: name, buyer: name, placed: 60 + 9 * i, stars: 5, text: TEXTS[name] }),
    ),
  );
  await settle(db);
});

describe('a review that is penalized', () => {
  it('takes back what it gave in the same transaction, and gives it back when the appeal is won, exactly', async () => {
    const before = await wholeStateOf(db);
    expect((await points('buyer', 'ann')).balance).toBe(30);

    const { receipt, reviews } = await cases.penalize(['r-ann'], { deductPoints: 7 });
    expect(receipt.pointsMoved).toBe(20 + 7);
    expect((await points('buyer', 'ann')).balance).toBe(30 - 20 - 7);

    const { appeal } = await cases.file(reviews[0].id, buyer('ann'));
    const decided = await cases.decide(appeal.id);
    expect(decided.receipt.pointsMoved).toBe(20 + 7);
    expect(await wholeStateOf(db)).toEqual(before);
    await settle(db);
    expect(await wholeStateOf(db)).toEqual(before);
  });

  it('takes back what is spent already, and leaves a debt', async () => {
    const { id: holderId } = await of('buyer', 'ben', '');
    const redeem = 'mutation ($input: RedeemPointsInput!) { it: redeemPoints(input: $input) { holdId } }';
    const capture =
      'mutation ($input: CapturePointsInput!) { it: capturePoints(input: $input) { userErrors { code } } }';
    const { holdId } = await send('PLATFORM', redeem, { holderId, points: 30, purpose: 'Discount', reference: 'o' });
    expect(await send('PLATFORM', capture, { holdId })).toEqual({ userErrors: [] });
    await cases.penalize(['r-ben'], { deductPoints: 0 });

    expect((await points('buyer', 'ben')).balance).toBe(-20);
  });

  it('shows in a preview what it would take back, and takes nothing', async () => {
    const previewed = await cases.preview(['r-cat'], { deductPoints: 5 });

    expect(previewed.pointsMoved).toBe(25);
    expect((await points('buyer', 'cat')).balance).toBe(30);
  });

  it('never earns what it had not earned so far', async () => {
    await takeEvents(
      db,
      eventsOf({ order: 'eve', buyer: 'eve', placed: 60, stars: 5, text: TEXTS.eve, isCompleted: false }),
    );
    const { receipt } = await cases.penalize(['r-eve'], { deductPoints: 0 });
    await settle(db);

    expect(receipt.pointsMoved).toBe(0);
    expect((await points('buyer', 'eve')).entries.nodes).toEqual([]);
  });
});
