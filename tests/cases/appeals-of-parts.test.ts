import { beforeEach, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { countOf, expectSound } from '../intake/ingest-kit.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, NOW, takeEvents } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { measuresOn } from '../sanctions/kit.ts';
import { ALICE, buyer, casesOn, fakeIds, fakes, honestOrders, merchant, withBuyer } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const cases = casesOn(api, db);

let shops = 0;
let shop: string;
/** The state before anything is judged. */
let never: Record<string, unknown>;
beforeEach(async () => {
  now += 60_000;
  shop = `s${shops++}`;
  await takeEvents(db, [...honestOrders(shop, 4), ...fakes(shop, 3)], now);
  never = await wholeStateOf(db);
});

const reviewId = async (n: number): Promise<string> => (await cases.reviewIds([`r-${shop}-fake-${n}`]))[0]!;
const author = (n: number): Asker => buyer(`b-${shop}-${n}`);
/** An appeal of the author of the n-th fake, its id. */
const filed = async (n: number): Promise<string> => (await cases.file(await reviewId(n), author(n))).appeal.id;

describe('appeals against parts of a penalty', () => {
  beforeEach(async () => {
    now += 1000;
    await takeEvents(
      db,
      fakes(`${shop}x`, 1).map((event) => withBuyer(event, `b-${shop}-0`)),
      now,
    );
    never = await wholeStateOf(db);
    // two reviews of one author, about two merchants, and one of another
    const ids = [...fakeIds(shop, 2), `r-${shop}x-fake-0`];
    await cases.penalize(ids, { deductPoints: 10, alsoSanctionMerchant: false });
  });
  const sanctionsInForce = async () =>
    (
      await db.pool.query<{ name: string }>(
        `select b.external_id as name from sanction s join buyer b on b.id = s.subject_id where s.annulled_at is null and s.points = 10 and b.external_id like $1 order by 1`,
        [`b-${shop}-%`],
      )
    ).rows.map(({ name }) => name);

  it('restore a review, and its author’s share with the last of them', async () => {
    expect((await cases.decide(await filed(0))).receipt).toMatchObject({ pointsMoved: 0 });
    expect(await sanctionsInForce()).toEqual([`b-${shop}-0`, `b-${shop}-1`]);
    await expectSound(db, now);

    const [other] = await cases.reviewIds([`r-${shop}x-fake-0`]);
    const { appeal } = await cases.file(other!, author(0));
    expect((await cases.decide(appeal.id)).receipt).toMatchObject({ pointsMoved: 10 });
    expect(await sanctionsInForce()).toEqual([`b-${shop}-1`]);
    await expectSound(db, now);

    await cases.decide(await filed(1));
    expect(await wholeStateOf(db)).toEqual(never);
  });

  it('answer those against the measures that go with the review', async () => {
    const { rows } = await db.pool.query(
      `select s.subject_id as "subjectId", s.id from sanction s join buyer b on b.id = s.subject_id where b.external_id = $1`,
      [`b-${shop}-1`],
    );
    const against = await cases.file(globalId('Sanction', rows[0].subjectId, rows[0].id), author(1));
    const other = await filed(0);
    await cases.decide(await filed(1));
    const statusOf = async (id: string) =>
      (await api.ask('AUDITOR', 'query ($id: ID!) { node(id: $id) { ... on Appeal { status } } }', { id })).data.node
        .status;

    expect(await statusOf(against.appeal.id)).toBe('OVERTURNED');
    expect(await statusOf(other)).toBe('FILED');
    expect((await cases.decide(against.appeal.id)).userErrors).toMatchObject([{ code: 'APPEAL_DECIDED' }]);
  });

  it('annul the sanction, its points and the offence, while the reviews stay voided', async () => {
    const { rows } = await db.pool.query(
      `select s.subject_id as "subjectId", s.id from sanction s join buyer b on b.id = s.subject_id where b.external_id = $1`,
      [`b-${shop}-1`],
    );
    const { appeal } = await cases.file(globalId('Sanction', rows[0].subjectId, rows[0].id), author(1));
    const { receipt } = await cases.decide(appeal.id);
    expect(receipt).toMatchObject({ pointsMoved: 10, reversedPostings: 1 });
    expect(await sanctionsInForce()).toEqual([`b-${shop}-0`]);
    expect(await countOf(db, 'review', `status = 'VOIDED' and external_id = 'r-${shop}-fake-1'`)).toBe(1);
    await expectSound(db, now);

    expect((await cases.decide(await filed(1))).receipt).toMatchObject({ pointsMoved: 0 });
    await expectSound(db, now);
  });

  it('weigh later offences as if the earlier had never been', async () => {
    now += 1000;
    const { sanctions } = await cases.penalize(fakeIds(shop, 3).slice(2), { deductPoints: 10 });
    expect(sanctions).toHaveLength(1);
    await takeEvents(
      db,
      fakes(`${shop}y`, 1).map((event) => withBuyer(event, `b-${shop}-1`)),
      now,
    );
    await cases.penalize([`r-${shop}y-fake-0`], { deductPoints: 10 });
    const ranks = async () =>
      (
        await db.pool.query(
          `select p.offence_rank as rank, (select pair_rank from posting where subject_id = p.subject_id and fact_id = p.penalty_id order by revision desc limit 1) as weighed
             from penalty_share p join buyer b on b.id = p.subject_id where b.external_id = $1 and p.lifted_at is null`,
          [`b-${shop}-1`],
        )
      ).rows;
    expect(await ranks()).toContainEqual({ rank: 1, weighed: 1 });
    const kinds = async () =>
      (
        await db.pool.query(
          `select s.kind, s.points from sanction s join buyer b on b.id = s.subject_id where b.external_id = $1 and s.annulled_at is null`,
          [`b-${shop}-1`],
        )
      ).rows;
    expect(await kinds()).toContainEqual({ kind: 'RESTRICTION', points: 10 });
    await cases.decide(await filed(1));
    expect(await ranks()).toEqual([{ rank: 0, weighed: 0 }]);
    expect(await kinds()).toEqual([{ kind: 'POINTS_DEDUCTION', points: 10 }]); // a step down the ladder
    await expectSound(db, now);
  });
});

describe('a sanction that stands alone', () => {
  it('is annulled by an appeal', async () => {
    const measures = measuresOn(api);
    const subjectId = await measures.idOf('merchant', shop);
    const { sanction } = await measures.impose({ subjectId, points: 40, kind: 'RESTRICTION' }, ALICE);
    expect(await wholeStateOf(db)).not.toEqual(never);
    expect((await cases.file(sanction.id, author(0))).userErrors).toMatchObject([{ code: 'DECISION_NOT_FOUND' }]);
    const { appeal } = await cases.file(sanction.id, merchant(shop));
    expect((await cases.decide(appeal.id, 'OVERTURNED', {}, ALICE)).userErrors).toMatchObject([
      { code: 'OWN_DECISION' },
    ]);
    const { receipt } = await cases.decide(appeal.id);
    expect(receipt).toMatchObject({ pointsMoved: 40 });
    expect(await wholeStateOf(db)).toEqual(never);
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    expect((await api.ask(merchant(shop), node, { id: receipt.id })).data.node).toEqual({ id: receipt.id });
    expect((await api.ask(merchant('other'), node, { id: receipt.id })).data.node).toBeNull();
  });
});

describe('a review that was taken back by its author while it was voided', () => {
  it('stays taken back when the appeal is overturned', async () => {
    await cases.penalize(fakeIds(shop, 1));
    const appealId = await filed(0);
    await takeEvents(
      db,
      [anEvent('review.retracted', new Date(now).toISOString(), { review: `r-${shop}-fake-0` })],
      now,
    );
    expect((await cases.decide(appealId)).userErrors).toEqual([]);
    expect(
      await countOf(
        db,
        'review',
        `external_id = 'r-${shop}-fake-0' and status = 'VOIDED' and retracted_at is not null`,
      ),
    ).toBe(1);
    expect(
      await countOf(
        db,
        'sanction',
        `annulled_at is null and subject_id = (select id from buyer where external_id = 'b-${shop}-0')`,
      ),
    ).toBe(0);
    await expectSound(db, now);
  });
});
