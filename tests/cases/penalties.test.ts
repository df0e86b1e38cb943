import { beforeEach, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { countOf, expectSound } from '../intake/ingest-kit.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW, takeEvents } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { keysOf } from '../reviews/void-kit.ts';
import { pointsOf } from '../sanctions/kit.ts';
import { ALICE, BOB, buyer, casesOn, doubtAbout, fakeIds, fakes, honestOrders, merchant, rowsOf } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const cases = casesOn(api, db);

const idOf = async (type: 'merchant' | 'buyer', externalId: string): Promise<string> =>
  (await db.pool.query(`select id from ${type} where external_id = $1`, [externalId])).rows[0].id;
const gradeOf = async (type: 'merchant' | 'buyer' | 'product', externalId: string) =>
  (
    await api.ask(
      'ADMIN',
      `{ it: ${type}(externalId: "${externalId}") { grade { level exactScore evidence { badMass postings } } } }`,
    )
  ).data.it.grade;
/** What a receipt says of one subject. */
const changeOf = (receipt: { changes: { subject: { externalId: string } }[] }, externalId: string) =>
  receipt.changes.find(({ subject }) => subject.externalId === externalId);

let shops = 0;
let shop: string;
beforeEach(async () => {
  now += 60_000;
  shop = `s${shops++}`;
  await takeEvents(db, [...honestOrders(shop), ...fakes(shop, 4)], now);
});

describe('penalizeFakeReviews', () => {
  it('voids the reviews and tells who moved: merchant, product and authors', async () => {
    const before = [await gradeOf('merchant', shop), await gradeOf('product', `p-${shop}`)];
    const { userErrors, reviews, receipt, penalty, proposal } = await cases.penalize(fakeIds(shop, 2));

    expect(userErrors).toEqual([]);
    expect(proposal).toBeNull();
    expect(reviews.map(({ externalId, status }: Record<string, string>) => [externalId, status])).toEqual([
      [`r-${shop}-fake-0`, 'VOIDED'],
      [`r-${shop}-fake-1`, 'VOIDED'],
    ]);
    expect(reviews[0].void).toEqual({
      ground: 'FAKE_PURCHASED',
      statement: expect.stringContaining('the review was paid for'),
      text: 'Not counted. Fake reviews: written for money, or about a purchase that never was.',
    });
    expect(penalty).toMatchObject({ decidedBy: 'MODERATOR:alice', approvedBy: null, note: 'Seen the payments.' });
    expect(receipt.reversedPostings).toBe(4); // two reviews, each of a merchant and of a product
    for (const [i, [type, id]] of (
      [
        ['merchant', shop],
        ['product', `p-${shop}`],
      ] as const
    ).entries()) {
      const after = await gradeOf(type, id);
      expect(changeOf(receipt, id)).toMatchObject({
        before: { level: before[i]!.level, exactScore: before[i]!.exactScore, ratingCount: 11 },
        after: { level: after.level, exactScore: after.exactScore, ratingCount: 9 },
      });
    }
    await expectSound(db, now);
  });

  it('sanctions each author by the ladder, and a proven fake counts against their grade, the more the more often', async () => {
    const author = `b-${shop}-0`;
    const first = await cases.penalize([`r-${shop}-fake-0`]);
    expect(first.sanctions).toMatchObject([
      { kind: 'WARNING', ground: 'FAKE_PURCHASED', points: 0, subject: { externalId: author } },
    ]);
    const once = (await gradeOf('buyer', author)).evidence.badMass;
    expect(once).toBeCloseTo(5 * 1.5, 1);

    now += 1000;
    await takeEvents(
      db,
      fakes(`${shop}x`, 1).map((event) => withBuyer(event, author)),
      now,
    );
    const second = await cases.penalize([`r-${shop}x-fake-0`]);
    expect(second.sanctions).toMatchObject([{ kind: 'RESTRICTION', points: 200 }]);
    expect((await gradeOf('buyer', author)).evidence.badMass).toBeCloseTo(once + 10 * 1.5, 1);
    await expectSound(db, now);
  });

  it('takes points from the authors, as many as it is told, below zero too', async () => {
    const { receipt, sanctions } = await cases.penalize(fakeIds(shop, 2), { deductPoints: 30 });
    expect(receipt.pointsMoved).toBe(60);
    expect(sanctions).toMatchObject([
      { kind: 'POINTS_DEDUCTION', points: 30 },
      { kind: 'POINTS_DEDUCTION', points: 30 },
    ]);
    expect(await pointsOf(db, await idOf('buyer', `b-${shop}-0`))).toBe(-30);
  });

  it('sanctions the merchant that paid, if it is asked to', async () => {
    const { receipt, sanctions } = await cases.penalize(fakeIds(shop, 1), { alsoSanctionMerchant: true });
    const own = sanctions.find(
      ({ subject }: Record<string, Record<string, string>>) => subject!['externalId'] === shop,
    );
    expect(own).toMatchObject({
      kind: 'RESTRICTION',
      ground: 'PAID_FOR_REVIEWS',
      points: 200,
      statement: expect.stringContaining('a review of you'),
    });
    const { factors, level } = (
      await api.ask('ADMIN', `{ merchant(externalId: "${shop}") { grade { level factors { kind points count } } } }`)
    ).data.merchant.grade;
    expect(factors.find(({ kind }: { kind: string }) => kind === 'PAID_FOR_REVIEWS')).toMatchObject({ count: 1 });
    expect(changeOf(receipt, shop)).toMatchObject({ after: { level } });
    expect(
      (await cases.penalize(fakeIds(shop, 2).slice(1), { ground: 'SPAM', alsoSanctionMerchant: true })).userErrors,
    ).toMatchObject([{ code: 'MERCHANT_NOT_AT_FAULT', field: ['alsoSanctionMerchant'] }]);
  });

  it('is for malicious bad reviews too', async () => {
    await takeEvents(db, fakes(`${shop}y`, 1, 1), now);
    const { sanctions, receipt } = await cases.penalize([`r-${shop}y-fake-0`], { ground: 'EXTORTION' });
    expect(sanctions).toMatchObject([{ kind: 'RESTRICTION', ground: 'EXTORTION' }]);
    expect(changeOf(receipt, `${shop}y`)).toMatchObject({
      before: { ratingAverage: 1 },
      after: { ratingAverage: null },
    });
  });

  it('leaves notes of each review and each sanction', async () => {
    const merchantId = await idOf('merchant', shop);
    await cases.penalize(fakeIds(shop, 2));
    const { rows } = await db.pool.query(
      `select kind, payload from note where subject_id = $1 and kind = 'review.voided' order by id`,
      [merchantId],
    );
    expect(rows.map(({ payload }) => payload)).toMatchObject([{ ground: 'FAKE_PURCHASED', merchantId }, {}]);
    expect(
      await countOf(db, 'note', `kind = 'sanction.imposed' and subject_id = '${await idOf('buyer', `b-${shop}-1`)}'`),
    ).toBe(1);
  });

  it('happens once, however often it is sent', async () => {
    const input = { reviewIds: await cases.reviewIds(fakeIds(shop, 1)), idempotencyKey: `once-${shop}` };
    const first = await cases.penalize([], input);
    const [counts, state] = [await rowsOf(db), await wholeStateOf(db)];
    expect(await cases.penalize([], input)).toEqual(first);
    expect(await rowsOf(db)).toEqual(counts);
    expect(await wholeStateOf(db)).toEqual(state);
    expect((await cases.penalize([], { ...input, ground: 'INSIDER' })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_KEY_REUSED' },
    ]);
  });

  it('takes a review that is named twice once', async () => {
    const [id] = fakeIds(shop, 1);
    const { reviews, sanctions } = await cases.penalize([id!, id!]);
    expect([reviews.length, sanctions.length]).toEqual([1, 1]);
    expect(sanctions[0]).toMatchObject({ kind: 'WARNING' });
  });
});

function withBuyer<Event extends { data: Record<string, unknown> }>(event: Event, name: string): Event {
  return 'buyer' in event.data ? { ...event, data: { ...event.data, buyer: name } } : event;
}

describe('a penalty that is refused changes nothing:', () => {
  const expectRefused = async (asked: Promise<{ userErrors: object[] }>, code: string, field?: string) => {
    const before = await rowsOf(db);
    expect((await asked).userErrors).toMatchObject([{ code, ...(field && { field: [field] }) }]);
    expect(await rowsOf(db)).toEqual(before);
  };

  it('twice', async () => {
    await cases.penalize(fakeIds(shop, 1));
    await expectRefused(cases.penalize(fakeIds(shop, 2)), 'REVIEW_VOIDED', 'reviewIds');
  });

  it('of what its author took back', async () => {
    const event = {
      id: `x-${shop}`,
      source: 'test',
      type: 'review.retracted',
      time: new Date(now).toISOString(),
      data: { review: `r-${shop}-fake-0` },
    };
    await takeEvents(db, [event], now);
    await expectRefused(cases.penalize(fakeIds(shop, 1)), 'REVIEW_VOIDED');
  });

  it.each([
    ['without a note', { note: '  ' }, 'NOTE_MISSING', 'note'],
    ['with no review', { reviewIds: [] }, 'REVIEWS_MISSING', 'reviewIds'],
    ['with what is no id', { reviewIds: ['r-1'] }, 'ID_INVALID', undefined],
    ['of a merchant', { reviewIds: [globalId('Merchant', newId(NOW))] }, 'ID_OF_ANOTHER_TYPE', undefined],
    [
      'of a review that is not there',
      { reviewIds: [globalId('Review', newId(NOW), newId(NOW))] },
      'REVIEW_NOT_FOUND',
      'reviewIds',
    ],
    ['with points below none', { deductPoints: -1 }, 'POINTS_OUT_OF_RANGE', 'deductPoints'],
    ['with an empty statement', { statement: ' ' }, 'STATEMENT_INVALID', 'statement'],
  ])('%s', async (_, more, code, field) => {
    await expectRefused(cases.penalize(fakeIds(shop, 1), more), code, field);
  });

  it('with more than 1,000 ids; with 10,001, the request is too large as it is', async () => {
    const [id] = await cases.reviewIds(fakeIds(shop, 1));
    const asked = (count: number) => cases.penalize([], { reviewIds: Array(count).fill(id) });
    await expectRefused(asked(1_001), 'TOO_MANY_IDS', 'reviewIds');
    expect(await asked(10_001)).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  it('by staff whose own review it is, or whom it is about', async () => {
    for (const own of [`merchant:${shop}`, `buyer:b-${shop}-0`])
      await expectRefused(cases.penalize(fakeIds(shop, 1), {}, ['MODERATOR', own]), 'OWN_CASE', 'reviewIds');
  });

  it('by who may not judge: its author, its merchant, a stranger', async () => {
    const askers: Asker[] = [buyer(`b-${shop}-0`), merchant(shop), 'PLATFORM', 'AUDITOR'];
    const before = await rowsOf(db);
    for (const asker of askers)
      expect(await cases.penalize(fakeIds(shop, 1), {}, asker)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await cases.penalize(fakeIds(shop, 1), {}, null)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await rowsOf(db)).toEqual(before);
  });
});

describe('two moderators at once', () => {
  it('penalize a review once', async () => {
    const askers = [ALICE, BOB, ALICE, BOB];
    const answers = await Promise.all(askers.map((asker) => cases.penalize(fakeIds(shop, 2), {}, asker)));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code))).toEqual(
      Array(3).fill('REVIEW_VOIDED'),
    );
    expect(await countOf(db, 'review_void', `merchant_id = '${await idOf('merchant', shop)}'`)).toBe(2);
    await expectSound(db, now);
  });

  it('penalize other reviews of the same author and merchant, one after the other, and all is sound', async () => {
    const author = `b-${shop}z`;
    await takeEvents(
      db,
      fakes(`${shop}z`, 2).map((event) => withBuyer(event, author)),
      now,
    );
    const answers = await Promise.all(fakeIds(`${shop}z`, 2).map((id, i) => cases.penalize([id], {}, i ? ALICE : BOB)));
    expect(answers.map(({ userErrors }) => userErrors)).toEqual([[], []]);
    expect(new Set(answers.map(({ sanctions }) => sanctions[0].kind))).toEqual(new Set(['RESTRICTION', 'WARNING']));
    const { rows } = await db.pool.query(`select offence_rank from penalty_share where subject_id = $1 order by 1`, [
      await idOf('buyer', author),
    ]);
    expect(rows).toEqual([{ offence_rank: 0 }, { offence_rank: 1 }]);
    await expectSound(db, now);
  });
});

describe('what is too grave for one person', () => {
  it('is proposed, and done when another agrees; never by oneself', async () => {
    const before = await wholeStateOf(db);
    const { userErrors, proposal, reviews, receipt } = await cases.penalize(fakeIds(shop, 3), { deductPoints: 200 });
    expect({ userErrors, reviews, receipt }).toEqual({ userErrors: [], reviews: [], receipt: null });
    expect(proposal).toMatchObject({
      proposedBy: 'MODERATOR:alice',
      summary:
        'Voids 3 reviews (FAKE_PURCHASED) and sanctions their authors, 200 points from each author. For two to decide: 600 points in all, and one person deducts 500 at most.',
    });
    expect(await wholeStateOf(db)).toEqual(before);

    expect((await cases.approve(proposal.id, ALICE)).userErrors).toMatchObject([{ code: 'SAME_PERSON' }]);
    const approved = await cases.approve(proposal.id, BOB);
    expect(approved.proposal).toMatchObject({ state: 'APPROVED', results: [expect.any(String)] });
    const { data } = await api.ask(
      'AUDITOR',
      `query ($id: ID!) { node(id: $id) { ... on Penalty {
      decidedBy approvedBy reviews receipt { pointsMoved } sanctions { points } } } }`,
      { id: approved.proposal.results[0] },
    );
    expect(data.node).toEqual({
      decidedBy: 'MODERATOR:alice',
      approvedBy: 'MODERATOR:bob',
      reviews: 3,
      receipt: { pointsMoved: 600 },
      sanctions: [{ points: 200 }, { points: 200 }, { points: 200 }],
    });
    expect((await cases.approve(proposal.id, BOB)).userErrors).toMatchObject([{ code: 'PROPOSAL_DECIDED' }]);
    await expectSound(db, now);
  });

  it('is not done when its reviews were voided meanwhile; the proposal stays', async () => {
    const { proposal } = await cases.penalize(fakeIds(shop, 3), { deductPoints: 200 });
    await cases.penalize(fakeIds(shop, 1));
    expect((await cases.approve(proposal.id)).userErrors).toMatchObject([{ code: 'REVIEW_VOIDED' }]);
    expect(
      await countOf(
        db,
        'proposal',
        `decision is null and input->'reviews'->0->>'merchantId' = '${await idOf('merchant', shop)}'`,
      ),
    ).toBe(1);
  });
});

describe('previewPenalty', () => {
  it('tells what the penalty then does, and writes nothing', async () => {
    const [counts, state] = [await rowsOf(db), await wholeStateOf(db)];
    const asked = { deductPoints: 10, alsoSanctionMerchant: true };
    const told = await cases.preview(fakeIds(shop, 3), asked);
    expect(await rowsOf(db)).toEqual(counts);
    expect(await wholeStateOf(db)).toEqual(state);

    const { receipt } = await cases.penalize(fakeIds(shop, 3), asked);
    expect({ ...told, id: receipt.id }).toEqual(receipt);
  });

  it('is refused where the penalty would be, and to those who may not judge', async () => {
    await cases.penalize(fakeIds(shop, 1));
    expect(await cases.preview(fakeIds(shop, 2))).toEqual({ code: 'REVIEW_VOIDED' });
    expect(await cases.preview([], { reviewIds: [] })).toEqual({ code: 'REVIEWS_MISSING' });
    const query = `query ($ids: [ID!]!) { previewPenalty(reviewIds: $ids, ground: SPAM) { id } }`;
    const ids = await cases.reviewIds(fakeIds(shop, 2).slice(1));
    for (const asker of [merchant(shop), 'PLATFORM'] as const)
      expect((await api.ask(asker, query, { ids })).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });
});

describe('a voided review', () => {
  const READ = `query ($id: ID!) { review(id: $id) { status text stars void { ground text statementOfReasons {
    ground facts automatedDetection automatedDecision restricts groundText effect territory startsAt endsAt redress { appealUntil } } penalty { note } } } }`;
  let id: string;
  beforeEach(async () => {
    await takeEvents(
      db,
      fakes(`${shop}t`, 1).map((event) =>
        'stars' in event.data ? { ...event, data: { ...event.data, text: 'Superb.' } } : event,
      ),
      now,
    );
    await cases.penalize([`r-${shop}t-fake-0`]);
    [id] = (await cases.reviewIds([`r-${shop}t-fake-0`])) as [string];
  });
  const read = async (asker: Asker) => (await api.ask(asker, READ, { id })).data.review;

  it('stays readable to its author, its merchant and staff, with a statement of reasons', async () => {
    for (const asker of [buyer(`b-${shop}t-0`), merchant(`${shop}t`), 'AUDITOR'] as const) {
      const { status, text, void: why } = await read(asker);
      expect([status, text]).toEqual(['VOIDED', 'Superb.']);
      expect(why.statementOfReasons).toEqual({
        ground: 'FAKE_PURCHASED',
        facts: expect.stringContaining('paid for'),
        groundText: expect.any(String),
        effect: expect.stringContaining('no rating'),
        automatedDetection: false,
        automatedDecision: false,
        restricts: ['VISIBILITY'],
        territory: null,
        startsAt: new Date(now).toISOString(),
        endsAt: null,
        redress: { appealUntil: new Date(now + 183 * 86_400_000).toISOString() },
      });
      expect(why.penalty).toEqual(asker === 'AUDITOR' ? { note: 'Seen the payments.' } : null);
    }
  });

  it('is publicly not counted, because of the ground', async () => {
    expect(await read(null)).toEqual({
      status: 'VOIDED',
      text: null,
      stars: 5,
      void: {
        ground: 'FAKE_PURCHASED',
        text: expect.stringMatching(/^Not counted\./),
        statementOfReasons: null,
        penalty: null,
      },
    });
  });

  it('can be deleted by nobody: there is no such mutation', async () => {
    const { data } = await api.ask('ADMIN', '{ __schema { mutationType { fields { name } } } }');
    expect(
      data.__schema.mutationType.fields.filter(({ name }: { name: string }) => /delete|remove/i.test(name)),
    ).toEqual([]);
  });
});

describe('a suspicion about a penalized review', () => {
  it('is confirmed, and the review counts as found automatically', async () => {
    const merchantId = await idOf('merchant', shop);
    await doubtAbout(db, await keysOf(db, fakeIds(shop, 1)), now);
    const { penalty } = await cases.penalize(fakeIds(shop, 2));
    expect(penalty.isDetectedAutomatically).toBe(true);
    expect(await countOf(db, 'suspicion', `merchant_id = '${merchantId}' and status = 'CONFIRMED'`)).toBe(1);
    expect(await countOf(db, 'review_void', `merchant_id = '${merchantId}' and is_detected`)).toBe(1);
  });
});
