import { describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { decidingOn, mutate } from '../integrity/integrity-kit.ts';
import type { Asker } from '../kit/api.ts';
import { keysOf } from '../reviews/void-kit.ts';
import { measuresOn } from '../sanctions/kit.ts';
import { brushed, brushedIds, brushingOn, doubtAboutOrders } from './brushing-kit.ts';
import {
  aMarketOf,
  BOB,
  buyer,
  CAROL,
  codesOf,
  doubtAbout,
  fakeIds,
  fakes,
  idOf,
  merchant,
  rowsOf,
  type Given,
} from './kit.ts';

const { db, here, api, cases } = aMarketOf(10, (shop) => [...fakes(shop, 2), ...brushed(shop, 2)]);
const brushing = brushingOn(api, db);
const deciding = decidingOn(api);
const measures = measuresOn(api);

/** Staff who are the shop, or the author or buyer of it, too. */
const isShop = (): Asker => ['ADMIN', `merchant:${here.shop}`];
const isAuthor = (): Asker => ['MODERATOR', `buyer:b-${here.shop}-0`];
const isBuyer = (): Asker => ['MODERATOR', `buyer:b-${here.shop}-own-0`];

/** That the first fake is doubted, by its suspicion's id. */
async function doubted(): Promise<string> {
  await doubtAbout(db, await keysOf(db, fakeIds(here.shop, 1)), here.now);
  const merchantId = await idOf(db, 'merchant', here.shop);
  const { rows } = await db.pool.query('select id from suspicion where merchant_id = $1 order by id desc limit 1', [
    merchantId,
  ]);
  return globalId('Suspicion', merchantId, rows[0].id);
}
describe('nobody judges what is theirs, or about them:', () => {
  const expectOwn = async (...asked: (() => Promise<Given>)[]) => {
    const before = await rowsOf(db);
    for (const ask of asked) expect(codesOf(await ask())).toEqual(['OWN_CASE']);
    expect(await rowsOf(db)).toEqual(before);
  };

  it('a suspicion of a review', async () => {
    const id = await doubted();
    for (const asker of [isShop(), isAuthor()])
      await expectOwn(
        () => deciding.claim(id, asker),
        () => deciding.dismiss(id, asker),
        () => deciding.confirm(id, asker),
      );
    expect(codesOf(await deciding.dismiss(id, ['MODERATOR', `buyer:b-${here.shop}-1`]))).toEqual([]); // whom it does not concern
  });

  it('a suspicion of orders', async () => {
    const id = await doubtAboutOrders(db, brushedIds(here.shop, 2), here.now);
    for (const asker of [isShop(), isBuyer()])
      await expectOwn(
        () => deciding.dismiss(id, asker),
        () => deciding.confirm(id, asker),
      );
    expect(codesOf(await deciding.confirm(id, BOB))).toEqual([]);
  });

  it('a review that is held', async () => {
    const [id] = (await cases.reviewIds(fakeIds(here.shop, 1))) as [string];
    await expectOwn(
      () => deciding.release(id, isShop()),
      () => deciding.release(id, isAuthor()),
    );
  });

  it('a measure, points, and what is excused', async () => {
    const subjectId = await measures.idOf('merchant', here.shop);
    const { sanction } = await measures.impose({ subjectId, kind: 'SUSPENSION', endsAt: null });
    const points = { subjectId, reason: 'A gift.', note: 'For luck.' };
    const give = (asker: Asker, amount: number) =>
      mutate(api, asker, 'adjustPoints', 'proposal { id }', {
        ...points,
        amount,
        idempotencyKey: `${here.shop}-${amount}`,
      });
    const day = new Date(here.now).toISOString().slice(0, 10);
    const excused = { ground: 'STORM', from: day, to: day, merchantIds: [subjectId], note: 'It blew.' };
    const excuse = (asker: Asker) =>
      mutate(api, asker, 'excuseEvents', 'excuse { id }', { ...excused, idempotencyKey: `blew-${here.shop}` });
    await expectOwn(
      () => measures.lift(sanction.id, {}, isShop()),
      () => measures.impose({ subjectId, kind: 'WARNING', endsAt: null }, isShop()),
      () => give(isShop(), 5),
      () => excuse(isShop()),
    );
    expect(codesOf(await excuse('ADMIN'))).toEqual([]);
    const gift = await give('ADMIN', 100_000);
    const removal = await measures.impose({ subjectId, kind: 'REMOVAL', endsAt: null });
    for (const { id } of [gift.proposal, removal.proposal]) await expectOwn(() => cases.approve(id, isShop()));
  });

  it('an appeal against what they wrote or bought, though another filed it', async () => {
    const [reviewId] = await cases.reviewIds(fakeIds(here.shop, 1));
    await cases.penalize(fakeIds(here.shop, 1));
    const { receipt } = await brushing.penalize(brushedIds(here.shop, 2));
    const [orderId] = await brushing.orderIds(brushedIds(here.shop, 1));
    for (const [decision, own] of [
      [reviewId!, isAuthor()],
      [orderId!, isBuyer()],
      [receipt.id, isBuyer()],
    ] as const) {
      const { appeal } = await cases.file(decision, merchant(here.shop));
      await expectOwn(
        () => cases.take(appeal.id, own),
        () => cases.decide(appeal.id, 'UPHELD', {}, own),
      );
      expect(codesOf(await cases.decide(appeal.id, 'UPHELD'))).toEqual([]);
    }
  });
});

describe('two at the same moment', () => {
  /** One of them did it, and the other was told so. */
  const expectOne = (answers: readonly Given[], code: string) => expect(answers.flatMap(codesOf)).toEqual([code]);
  const both = <T>(act: (asker: Asker) => Promise<T>): Promise<T[]> => Promise.all([BOB, CAROL].map(act));

  it('dismiss a suspicion, or confirm one, once', async () => {
    const id = await doubted();
    expectOne(await both((asker) => deciding.dismiss(id, asker)), 'SUSPICION_DECIDED');
    const ofOrders = await doubtAboutOrders(db, brushedIds(here.shop, 2), here.now);
    expectOne(
      await Promise.all([deciding.confirm(ofOrders, BOB), deciding.dismiss(ofOrders, CAROL)]),
      'SUSPICION_DECIDED',
    );
  });

  it('decide about a review: one penalizes it, the other finds nothing wrong with it', async () => {
    const id = await doubted();
    const answers = await Promise.all([cases.penalize(fakeIds(here.shop, 1), {}, BOB), deciding.dismiss(id, CAROL)]);
    const [penalized, dismissed] = answers.map(codesOf);
    expect(penalized).toEqual([]); // what was dismissed can still be penalized
    expect([[], ['SUSPICION_DECIDED']]).toContainEqual(dismissed);
  });

  it('appeal, take an appeal and decide a proposal once', async () => {
    const [id] = await cases.reviewIds(fakeIds(here.shop, 1));
    await cases.penalize(fakeIds(here.shop, 1));
    const author = buyer(`b-${here.shop}-0`);
    const filed = await Promise.all([1, 2].map(() => cases.file(id!, author)));
    expectOne(filed, 'APPEAL_EXISTS');
    const { appeal } = filed.find((each) => each.appeal);
    expectOne(await both((asker) => cases.take(appeal.id, asker)), 'APPEAL_TAKEN');

    const { proposal } = await cases.penalize(fakeIds(here.shop, 2).slice(1), { deductPoints: 1_000 });
    expectOne(await both((asker) => cases.approve(proposal.id, asker)), 'PROPOSAL_DECIDED');
    const other = await brushing.penalize(brushedIds(here.shop, 2), {
      alsoSanctionMerchant: true,
      deductPoints: 1_000,
    });
    expectOne(
      await Promise.all([cases.approve(other.proposal.id), measures.reject(other.proposal.id, CAROL)]),
      'PROPOSAL_DECIDED',
    );
  });
});
