import { beforeEach, describe, expect, it } from 'vitest';
import type { EvidenceRow } from '../../src/detection/evidence.ts';
import { probabilityOf } from '../../src/detection/evidence.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import shipped from '../../src/integrity/default-settings.json' with { type: 'json' };
import type { NewFinding } from '../../src/integrity/findings.ts';
import { recordScan } from '../../src/integrity/record-scan.ts';
import { scanMarket } from '../../src/integrity/scan-market.ts';
import { checkRewards } from '../../src/rewards/check.ts';
import { settleRewards } from '../../src/rewards/settle.job.ts';
import { countOf, expectSound } from '../intake/ingest-kit.ts';
import { decidingOn, mutate, suspicionsOf } from '../integrity/integrity-kit.ts';
import { anEvent, daysAgo, NOW, takeEvents, type RawEvent } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { brushed, brushedIds, brushingOn } from './brushing-kit.ts';
import { aMarketOf, BOB, buyer, honestOrders, idOf, merchant, type Given } from './kit.ts';

const HOUR = 3_600_000;
const WAIT = shipped.brushing.waitHours * HOUR;
const { db, here, api, cases } = aMarketOf(8, (shop) => brushed(shop, 6));
const brushing = brushingOn(api, db);
const deciding = decidingOn(api);

const EVIDENCE: EvidenceRow[] = (
  [
    ['BEHAVIOUR', 'NO_CARRIER'],
    ['IDENTITY', 'SHARED_TRACES'],
  ] as const
).map(([family, code]) => ({ family, code, observed: 6, expected: 0.1, logLikelihoodRatio: 4, detail: { of: 6 } }));

/** As a scan that may void them by itself finds the orders of a shop again and again. */
async function found(of: string, count = 4): Promise<number> {
  const { rows } = await db.pool.query<{ merchantId: string; id: string; reviewId: string | null }>(
    `select o.merchant_id as "merchantId", o.id, r.id as "reviewId" from "order" o
       left join review r on r.merchant_id = o.merchant_id and r.order_id = o.id
      where o.external_id = any($1::text[])`,
    [brushedIds(of, count)],
  );
  const orderIds = rows.map(({ id }) => id);
  const finding: NewFinding = {
    merchantId: rows[0]!.merchantId,
    kind: 'BRUSHING',
    probability: probabilityOf(EVIDENCE),
    outcome: 'VOID_PROPOSED',
    evidence: EVIDENCE,
    codes: EVIDENCE.map(({ code }) => code),
    reviewIds: rows.flatMap(({ reviewId }) => reviewId ?? []),
    orderIds,
    heldIds: [],
    voidableOrders: { ids: orderIds, waitHours: WAIT / HOUR },
    ring: null,
  };
  const [recorded] = await recordScan(db.pool, [finding], { now: here.now, foldingsAt });
  return recorded!.ordersVoided;
}
const suspicionOf = async (shop: string): Promise<Given> =>
  (await suspicionsOf(api)).find((each) => each.merchant.externalId === shop);

const ORDER = `query ($id: ID!) { node(id: $id) { ... on Order { void { ground statement receipt { id reversedPostings } penalty { id } appeal { status }
  statementOfReasons { ground automatedDetection automatedDecision redress { appealUntil } } } } } }`;
const orderAs = async (asker: Parameters<typeof api.ask>[0], externalId: string): Promise<Given> =>
  (await api.ask(asker, ORDER, { id: (await brushing.orderIds([externalId]))[0] })).data.node;
const notesOf = async (shop: string, like: string): Promise<string[]> =>
  (
    await db.pool.query<{ kind: string }>(
      `select kind from note where subject_id = $1 and kind like $2 order by kind`,
      [await idOf(db, 'merchant', shop), like],
    )
  ).rows.map(({ kind }) => kind);

describe('made-up orders that a scan may void by itself', () => {
  /** Its orders have been under suspicion for as long as people get. */
  beforeEach(async () => {
    expect(await found(here.shop)).toBe(0);
    here.now += WAIT;
  });

  it('are voided with their reviews once people have had the time to look', async () => {
    here.now -= 1;
    expect(await found(here.shop)).toBe(0);
    here.now += 1;
    const day = new Date(here.now).toISOString().slice(0, 10);
    expect(await found(here.shop)).toBe(4);
    await settleRewards(db.pool).run(here.now);

    const { void: own } = await orderAs(merchant(here.shop), `${here.shop}-brushed-0`);
    expect(own).toMatchObject({
      ground: 'BRUSHING',
      statement: expect.stringMatching(/^Found automatically to be made up: .+\.$/),
      receipt: { reversedPostings: expect.any(Number) },
      penalty: null,
      statementOfReasons: { ground: 'BRUSHING', automatedDetection: true, automatedDecision: true },
    });
    expect((await orderAs('AUDITOR', `${here.shop}-brushed-5`)).void).toBeNull(); // not of the finding
    const report = `{ integrityReport(from: "${day}", to: "${day}") { voided foundAutomatically decidedAutomatically ordersVoided ordersFoundAutomatically ordersDecidedAutomatically } }`;
    expect((await api.ask(null, report)).data.integrityReport).toEqual({
      voided: 2,
      foundAutomatically: 2,
      decidedAutomatically: 2,
      ordersVoided: 4,
      ordersFoundAutomatically: 4,
      ordersDecidedAutomatically: 4,
    });
    expect(await notesOf(here.shop, '%.voided')).toEqual([
      ...Array<string>(4).fill('order.voided'),
      ...Array<string>(2).fill('review.voided'),
    ]);
    const [confirmed] = await suspicionsOf(api, { status: 'CONFIRMED' });
    expect(confirmed).toMatchObject({ merchant: { externalId: here.shop }, decidedBy: 'SCAN' });
    expect((await checkRewards(db.pool, here.now)).differences).toEqual([]);
    await expectSound(db, here.now);
  });

  it('come back on appeal, bit for bit, and are never voided by itself again', async () => {
    await settleRewards(db.pool).run(here.now);
    const before = await wholeStateOf(db);
    expect(await found(here.shop)).toBe(4);
    await settleRewards(db.pool).run(here.now);
    const { receipt } = (await orderAs(buyer(`b-${here.shop}-own-0`), `${here.shop}-brushed-0`)).void;
    expect(await wholeStateOf(db)).not.toEqual(before);
    const { appeal } = await cases.file(receipt.id, merchant(here.shop));
    expect((await cases.decide(appeal.id)).userErrors).toEqual([]);
    await settleRewards(db.pool).run(here.now);

    expect(await wholeStateOf(db)).toEqual(before);
    expect(await notesOf(here.shop, '%.restored')).toEqual([
      ...Array<string>(4).fill('order.restored'),
      ...Array<string>(2).fill('review.restored'),
    ]);
    here.now += WAIT;
    expect(await found(here.shop)).toBe(0);
    await expectSound(db, here.now);
  });

  it('are left to who has claimed the suspicion, while the claim lasts', async () => {
    await deciding.claim((await suspicionOf(here.shop)).id);
    expect(await found(here.shop)).toBe(0);
    here.now += HOUR;
    expect(await found(here.shop)).toBe(4);
  });

  it('are left alone for good once a person has dismissed the suspicion', async () => {
    const { id } = await suspicionOf(here.shop);
    await deciding.dismiss(id);
    expect(await found(here.shop)).toBe(0);
    await db.pool.query(`update suspicion set codes = '{}' where status = 'DISMISSED'`); // so that what is found is new
    here.now += WAIT;
    expect(await found(here.shop)).toBe(0);
    expect((await suspicionOf(here.shop)).id).toBe(id); // open again, for people
    expect(await found(here.shop)).toBe(0);
  });

  it('are left alone while a penalty for one of them, or for its review, awaits a second person', async () => {
    const removal = { alsoSanctionMerchant: true, deductPoints: 1_000_000 };
    const { proposal } = await brushing.penalize(brushedIds(here.shop, 1), removal);
    const other = await cases.penalize([`r-${here.shop}-brushed-2`], { deductPoints: 1_000_000 });
    expect([proposal.action, other.proposal.proposedBy]).toEqual(['PENALIZE_BRUSHING', expect.any(String)]);
    expect(await found(here.shop)).toBe(2);
    for (const { id } of [proposal, other.proposal])
      await mutate(api, BOB, 'rejectProposal', 'proposal { state }', {
        proposalId: id,
        note: 'Too much.',
        idempotencyKey: id,
      });
    expect(await found(here.shop)).toBe(2);
  });

  it('are voided once, of two scans at the same moment, and by a scan or a person, not by both', async () => {
    const [one, other] = await Promise.all([found(here.shop), found(here.shop)]);
    expect(one + other).toBe(4);
    const last = 's7';
    await found(last);
    here.now += WAIT;
    const [by, penalized] = await Promise.all([found(last), brushing.penalize(brushedIds(last, 4))]);
    expect([by, penalized.userErrors.map(({ code }: Given) => code)]).toEqual(
      by === 0 ? [0, []] : [4, ['ORDER_VOIDED']],
    );
    expect(await countOf(db, 'order_void', `merchant_id = '${await idOf(db, 'merchant', last)}'`)).toBe(4);
    await expectSound(db, here.now);
  });
});

/** Orders `<of>-<i>` of eight accounts, that nobody carried, there within the hour; a crew has one phone and one card. */
const staged = (of: string, isCrew: boolean): RawEvent[] =>
  Array.from({ length: 24 }, (_, i) => {
    const [order, account] = [`${of}-${i}`, `${of}-eater-${i % 8}`];
    const place = {
      order,
      merchant: of,
      buyer: account,
      currency: 'USD',
      amount: 990,
      device: isCrew ? `phone-${of}` : `phone-${account}`,
    };
    const lines = [{ product: `dish-${of}`, quantity: 1, unitPrice: 990 }];
    const payment = { instrument: isCrew ? `card-${of}` : `card-${account}` };
    return [
      anEvent('order.placed', daysAgo(10 + (i >> 3)), { ...place, lines, payment }),
      anEvent('order.delivered', daysAgo(10 + (i >> 3), 1), { order }),
    ];
  }).flat();

describe('a scan of a market with a crew and with a lunch shop that has its own courier', () => {
  const scan = () => scanMarket(db.pool, foldingsAt, here.now);

  it('voids what the crew placed, if two ADMINs let it, and nothing of the lunch shop, as suspicious as it looks', async () => {
    here.now = NOW;
    const honest = ['h0', 'h1', 'h2', 'h3'].flatMap((of) => honestOrders(of));
    await takeEvents(db, [...honest, ...staged('crew', true), ...staged('lunch', false)], here.now);
    expect(await scan()).toMatchObject({ ordersVoided: 0 });
    here.now += WAIT;
    expect(await scan()).toMatchObject({ ordersVoided: 0 }); // as shipped
    const document = { ...shipped, brushing: { ...shipped.brushing, voidsByItself: true } };
    const input = { document, note: 'They prove right.', idempotencyKey: 'crew' };
    const { proposal } = await mutate(api, 'ADMIN', 'setIntegritySettings', 'proposal { id }', input);
    await cases.approve(proposal.id, ['ADMIN', 'merchant:carol']);
    here.now += 1;

    const open = (await suspicionsOf(api)).filter(({ kind }) => kind === 'BRUSHING');
    expect(open.map((each) => each.merchant.externalId)).toEqual(expect.arrayContaining(['crew', 'lunch']));
    expect(await scan()).toMatchObject({ ordersVoided: 24 });
    expect((await orderAs('AUDITOR', 'crew-23')).void.ground).toBe('BRUSHING');
    expect((await orderAs('AUDITOR', 'lunch-0')).void).toBeNull();
    await expectSound(db, here.now);
  });
});
