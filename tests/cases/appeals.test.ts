import { beforeEach, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { countOf, expectSound } from '../intake/ingest-kit.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW, takeEvents } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import conduct from '../../src/sanctions/presets/conduct.json' with { type: 'json' };
import { ALICE, BOB, buyer, CAROL, casesOn, fakeIds, fakes, honestOrders, merchant, rowsOf } from './kit.ts';

const DAY_MS = 86_400_000;
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

describe('fileAppeal', () => {
  beforeEach(async () => {
    await cases.penalize(fakeIds(shop, 2), { deductPoints: 20 });
  });

  it('takes the appeal of its author and of its merchant, each once, and says when it will be answered', async () => {
    const { userErrors, appeal } = await cases.file(await reviewId(0), author(0));
    expect(userErrors).toEqual([]);
    expect(appeal).toMatchObject({
      status: 'FILED',
      argument: 'I wrote what I saw.',
      filedAt: new Date(now).toISOString(),
      dueAt: new Date(now + 72 * 3_600_000).toISOString(),
      decision: null,
      decidedAt: null,
    });
    expect((await cases.file(await reviewId(0), merchant(shop))).userErrors).toEqual([]);
    for (const asker of [author(0), merchant(shop)])
      expect((await cases.file(await reviewId(0), asker)).userErrors).toMatchObject([
        { code: 'APPEAL_EXISTS', field: ['decisionId'] },
      ]);
  });

  it('of a sanction by whom it is against; each sees their own appeal with the decision, the house all', async () => {
    const { penalty } = {
      penalty: await db.pool.query('select subject_id, id from sanction where points = 20 order by id desc'),
    };
    const { subject_id: subjectId, id } = penalty.rows.find(() => true)!;
    const owner = (await db.pool.query('select external_id from buyer where id = $1', [subjectId])).rows[0].external_id;
    const sanctionId = globalId('Sanction', subjectId, id);
    const { userErrors, appeal } = await cases.file(sanctionId, buyer(owner));
    expect(userErrors).toEqual([]);
    const node = 'query ($id: ID!) { node(id: $id) { ... on Sanction { appeal { id } } ... on Appeal { id } } }';
    const seen = async (asker: Asker, of: string) => (await api.ask(asker, node, { id: of })).data.node;
    expect(await seen(buyer(owner), sanctionId)).toEqual({ appeal: { id: appeal.id } });
    expect(await seen('AUDITOR', sanctionId)).toEqual({ appeal: { id: appeal.id } });
    for (const asker of [null, merchant(shop), author(2)]) {
      expect(await seen(asker, sanctionId)).toBeNull();
      expect(await seen(asker, appeal.id)).toBeNull();
    }
  });

  it('is shown with the void to its author, its merchant and the house, to nobody else', async () => {
    const appealId = await filed(0);
    const query = 'query ($id: ID!) { review(id: $id) { void { appeal { id status } } } }';
    const seen = async (asker: Asker) =>
      (await api.ask(asker, query, { id: await reviewId(0) })).data.review.void.appeal;
    for (const asker of [author(0), 'AUDITOR'] as const)
      expect(await seen(asker)).toEqual({ id: appealId, status: 'FILED' });
    for (const asker of [null, merchant(shop), author(1)]) expect(await seen(asker)).toBeNull();
  });

  it('refuses strangers as if nothing were there, and whoever stands for nobody', async () => {
    const before = await rowsOf(db);
    for (const asker of [author(1), buyer('nobody'), merchant('other')])
      expect((await cases.file(await reviewId(0), asker)).userErrors).toMatchObject([{ code: 'DECISION_NOT_FOUND' }]);
    const { rows } = await db.pool.query('select subject_id, id from sanction order by id desc limit 1');
    const sanctionId = globalId('Sanction', rows[0].subject_id, rows[0].id);
    expect((await cases.file(sanctionId, merchant(shop))).userErrors).toMatchObject([{ code: 'DECISION_NOT_FOUND' }]);
    expect((await cases.file(globalId('Review', newId(now), newId(now)), author(0))).userErrors).toMatchObject([
      { code: 'DECISION_NOT_FOUND' },
    ]);
    for (const asker of ['ADMIN', 'PLATFORM'] as const)
      expect(await cases.file(await reviewId(0), asker)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await rowsOf(db)).toEqual(before);
  });

  it('refuses what says nothing, or too much, and what is no decision', async () => {
    for (const [more, code] of [
      [{ argument: ' ' }, 'ARGUMENT_MISSING'],
      [{ argument: 'x'.repeat(5_001) }, 'ARGUMENT_TOO_LONG'],
      [{ argument: 'a\0b' }, 'ARGUMENT_INVALID'],
      [{ decisionId: globalId('Merchant', newId(NOW)) }, 'ID_OF_ANOTHER_TYPE'],
      [{ decisionId: 'x' }, 'ID_INVALID'],
    ] as const)
      expect((await cases.file(await reviewId(0), author(0), more)).userErrors).toMatchObject([
        { code, field: Object.keys(more) },
      ]);
  });

  it('refuses what is not voided, and what comes after 183 days', async () => {
    expect((await cases.file(await reviewId(2), author(2))).userErrors).toMatchObject([{ code: 'REVIEW_NOT_VOIDED' }]);
    const then = now;
    now = then + 183 * DAY_MS;
    expect((await cases.file(await reviewId(0), author(0))).userErrors).toEqual([]);
    now += 1;
    expect((await cases.file(await reviewId(1), author(1))).userErrors).toMatchObject([{ code: 'APPEAL_TOO_LATE' }]);
    now = then + 200 * DAY_MS;
  });

  it('is taken for as long as the statement of reasons says, whatever rules come later', async () => {
    const then = now;
    const save = (document: object) =>
      api.ask(
        'ADMIN',
        'mutation ($input: SaveConductPolicyInput!) { it: saveConductPolicy(input: $input) { userErrors { code } } }',
        { input: { document, note: 'A test.', idempotencyKey: `${shop}-${now}` } },
      );
    now += 1000;
    await save({ ...conduct, appealDays: 1 });
    now = then + 3 * DAY_MS;
    expect((await cases.file(await reviewId(0), author(0))).userErrors).toEqual([]);
    expect((await save(conduct)).data.it.userErrors).toEqual([]);
  });

  it('is filed once, however often it is sent', async () => {
    const input = { idempotencyKey: `file-${shop}` };
    const first = await cases.file(await reviewId(0), author(0), input);
    expect(await cases.file(await reviewId(0), author(0), input)).toEqual(first);
    expect(await countOf(db, 'appeal', `id = '${Buffer.from(first.appeal.id, 'base64url').toString().slice(7)}'`)).toBe(
      1,
    );
  });
});

describe('an appeal', () => {
  let appealId: string;
  beforeEach(async () => {
    await cases.penalize(fakeIds(shop, 1), { deductPoints: 20 });
    appealId = await filed(0);
  });

  it('is taken by one at a time: another may take it when the claim has run out', async () => {
    expect((await cases.take(appealId, BOB)).appeal).toMatchObject({
      status: 'UNDER_REVIEW',
      takenBy: 'MODERATOR:bob',
    });
    expect((await cases.take(appealId, BOB)).userErrors).toEqual([]);
    expect((await cases.take(appealId, CAROL)).userErrors).toMatchObject([
      { code: 'APPEAL_TAKEN', field: ['appealId'] },
    ]);
    expect((await cases.decide(appealId, 'UPHELD', {}, CAROL)).userErrors).toMatchObject([{ code: 'APPEAL_TAKEN' }]);
    now += 4 * 3_600_000 + 1;
    expect((await cases.take(appealId, CAROL)).appeal).toMatchObject({ takenBy: 'ADMIN:carol' });
  });

  it('is not for those who decided first', async () => {
    expect((await cases.take(appealId, ALICE)).userErrors).toMatchObject([{ code: 'OWN_DECISION' }]);
    expect((await cases.decide(appealId, 'UPHELD', {}, ALICE)).userErrors).toMatchObject([{ code: 'OWN_DECISION' }]);
    expect(await countOf(db, 'appeal', 'taken_by is not null or decided_at is not null')).toBeLessThan(shops * 2);
  });

  it('nor for who agreed to it', async () => {
    const { proposal } = await cases.penalize(fakeIds(shop, 3).slice(1), { deductPoints: 300 });
    await cases.approve(proposal.id, BOB);
    const other = await filed(1);
    for (const asker of [ALICE, BOB])
      expect((await cases.decide(other, 'UPHELD', {}, asker)).userErrors).toMatchObject([{ code: 'OWN_DECISION' }]);
    expect((await cases.decide(other, 'UPHELD', {}, CAROL)).userErrors).toEqual([]);
  });

  it('nor for whom it concerns', async () => {
    for (const own of [`merchant:${shop}`, `buyer:b-${shop}-0`])
      expect((await cases.decide(appealId, 'UPHELD', {}, ['ADMIN', own])).userErrors).toMatchObject([
        { code: 'OWN_CASE' },
      ]);
    for (const asker of [author(0), 'AUDITOR', 'PLATFORM'] as const)
      expect(await cases.decide(appealId, 'OVERTURNED', {}, asker)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('that is upheld changes nothing but itself, and tells why', async () => {
    const before = await wholeStateOf(db);
    const { appeal, receipt, userErrors } = await cases.decide(appealId, 'UPHELD', { note: 'The payment is proven.' });
    expect({ receipt, userErrors }).toEqual({ receipt: null, userErrors: [] });
    expect(appeal).toMatchObject({
      status: 'UPHELD',
      decision: 'The payment is proven.',
      decidedAt: new Date(now).toISOString(),
      decidedBy: 'MODERATOR:bob',
    });
    expect(await wholeStateOf(db)).toEqual(before);
    expect((await cases.decide(appealId)).userErrors).toMatchObject([{ code: 'APPEAL_DECIDED' }]);
    expect((await cases.file(await reviewId(0), author(0))).userErrors).toMatchObject([{ code: 'APPEAL_EXISTS' }]);
  });

  it('that is overturned restores everything, bit for bit, and tells who moved', async () => {
    const penalized = await wholeStateOf(db);
    expect(penalized).not.toEqual(never);
    const { appeal, receipt } = await cases.decide(appealId);
    expect(appeal).toMatchObject({ status: 'OVERTURNED' });
    expect(receipt).toMatchObject({ pointsMoved: 20 });
    expect(receipt.changes.map(({ subject }: { subject: { externalId: string } }) => subject.externalId)).toContain(
      shop,
    );
    expect(await wholeStateOf(db)).toEqual(never);
    await expectSound(db, now);
    expect(await countOf(db, 'note', `kind = 'appeal.decided' and payload->>'outcome' = 'OVERTURNED'`)).toBeGreaterThan(
      0,
    );
  });

  it('is decided once, however often it is sent, and by one of two at once', async () => {
    const input = { idempotencyKey: `decide-${shop}` };
    const answers = await Promise.all([
      cases.decide(appealId, 'OVERTURNED', input),
      cases.decide(appealId, 'OVERTURNED', input),
      cases.decide(appealId, 'OVERTURNED', {}, CAROL),
      cases.decide(appealId, 'UPHELD', {}, CAROL),
    ]);
    const done = answers.filter(({ userErrors }) => userErrors.length === 0);
    expect(new Set(done.map(({ appeal }) => appeal.decidedBy)).size).toBe(1);
    const refused = answers.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code));
    expect(new Set(refused)).toEqual(new Set(['APPEAL_DECIDED']));
    await expectSound(db, now);
  });

  it('is not decided without reasons, as filed, or where there is none', async () => {
    for (const [more, code] of [
      [{ note: '' }, 'NOTE_MISSING'],
      [{ outcome: 'FILED' }, 'OUTCOME_INVALID'],
      [{ appealId: globalId('Appeal', newId(NOW)) }, 'APPEAL_NOT_FOUND'],
    ] as const)
      expect((await cases.decide(appealId, 'OVERTURNED', more)).userErrors).toMatchObject([{ code }]);
  });

  it('of the merchant is answered with that of the author, when the review is restored', async () => {
    const other = (await cases.file(await reviewId(0), merchant(shop))).appeal.id;
    await cases.decide(appealId);
    const { data } = await api.ask(
      'AUDITOR',
      'query ($id: ID!) { node(id: $id) { ... on Appeal { status decision appellant { externalId } receipt { id } } } }',
      { id: other },
    );
    expect(data.node).toEqual({
      status: 'OVERTURNED',
      decision: 'The order was real.',
      appellant: { externalId: shop },
      receipt: { id: expect.any(String) },
    });
  });
});

describe('the queue of appeals', () => {
  it('has what is due first at its head, page by page, for staff alone', async () => {
    await cases.penalize(fakeIds(shop, 3));
    const ids: string[] = [];
    for (const n of [2, 0, 1]) {
      ids.push(await filed(n));
      now += 1000;
    }
    await cases.decide(ids[1]!, 'UPHELD');
    const query = `query ($status: AppealStatus, $after: String) { appeals(first: 100, after: $after, status: $status) {
      nodes { id status dueAt review { externalId } appellant { externalId } sanction { id } } pageInfo { endCursor hasNextPage } } }`;
    const { data } = await api.ask('AUDITOR', query);
    const due = data.appeals.nodes.map(({ dueAt }: { dueAt: string }) => dueAt);
    expect(due).toEqual(due.toSorted());
    expect(data.appeals.nodes.slice(-2)).toMatchObject([
      {
        id: ids[0],
        review: { externalId: `r-${shop}-fake-2` },
        appellant: { externalId: `b-${shop}-2` },
        sanction: null,
      },
      { id: ids[2] },
    ]);
    const upheld = await api.ask('AUDITOR', query, { status: 'UPHELD' });
    expect(upheld.data.appeals.nodes.map(({ id }: { id: string }) => id)).toContain(ids[1]);
    const rest = await api.ask('AUDITOR', query, { after: data.appeals.pageInfo.endCursor });
    expect(rest.data.appeals.nodes).toEqual([]);
    for (const asker of [author(0), 'PLATFORM'] as const)
      expect((await api.ask(asker, query)).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});
