import { beforeEach, describe, expect, it } from 'vitest';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { countOf, expectSound } from '../intake/ingest-kit.ts';
import { type Asker } from '../kit/api.ts';
import { anEvent, NOW, takeEvents } from '../kit/events.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { keysOf } from '../reviews/void-kit.ts';
import {
  ALICE,
  aMarketOf,
  BOB,
  buyer,
  CAROL,
  doubtAbout,
  fakeIds,
  fakes,
  idOf,
  merchant,
  rowsOf,
  withBuyer,
} from './kit.ts';

const { db, here, api, cases } = aMarketOf(18, (shop) => fakes(shop, 4));

describe('a penalty that is refused changes nothing:', () => {
  const expectRefused = async (asked: Promise<{ userErrors: object[] }>, code: string, field?: string | string[]) => {
    const before = await rowsOf(db);
    expect((await asked).userErrors).toMatchObject([{ code, ...(field && { field: [field].flat() }) }]);
    expect(await rowsOf(db)).toEqual(before);
  };

  it('twice', async () => {
    await cases.penalize(fakeIds(here.shop, 1));
    await expectRefused(cases.penalize(fakeIds(here.shop, 2)), 'REVIEW_VOIDED', 'reviewIds');
  });

  it('of what its author took back', async () => {
    const event = {
      id: `x-${here.shop}`,
      source: 'test',
      type: 'review.retracted',
      time: new Date(here.now).toISOString(),
      data: { review: `r-${here.shop}-fake-0` },
    };
    await takeEvents(db, [event], here.now);
    await expectRefused(cases.penalize(fakeIds(here.shop, 1)), 'REVIEW_VOIDED');
  });

  it.each([
    ['without a note', { note: '  ' }, 'NOTE_MISSING', 'note'],
    ['with no review', { reviewIds: [] }, 'REVIEWS_MISSING', 'reviewIds'],
    ['with what is no id', { reviewIds: ['r-1'] }, 'ID_INVALID', ['reviewIds', '0']],
    ['of a merchant', { reviewIds: [globalId('Merchant', newId(NOW))] }, 'ID_OF_ANOTHER_TYPE', ['reviewIds', '0']],
    [
      'of a review that is not there',
      { reviewIds: [globalId('Review', newId(NOW), newId(NOW))] },
      'REVIEW_NOT_FOUND',
      'reviewIds',
    ],
    ['with points below none', { deductPoints: -1 }, 'POINTS_OUT_OF_RANGE', 'deductPoints'],
    ['with an empty statement', { statement: ' ' }, 'STATEMENT_INVALID', 'statement'],
  ])('%s', async (_, more, code, field) => {
    await expectRefused(cases.penalize(fakeIds(here.shop, 1), more), code, field);
  });

  it('with more than 1,000 ids, and with 10,001', async () => {
    const [id] = await cases.reviewIds(fakeIds(here.shop, 1));
    for (const count of [1_001, 10_001])
      await expectRefused(cases.penalize([], { reviewIds: Array(count).fill(id) }), 'TOO_MANY_IDS', 'reviewIds');
  });

  it('by staff whose own review it is, or whom it is about', async () => {
    for (const own of [`merchant:${here.shop}`, `buyer:b-${here.shop}-0`])
      await expectRefused(cases.penalize(fakeIds(here.shop, 1), {}, ['MODERATOR', own]), 'OWN_CASE', 'reviewIds');
  });

  it('by who may not judge: its author, its merchant, a stranger', async () => {
    const askers: Asker[] = [buyer(`b-${here.shop}-0`), merchant(here.shop), 'PLATFORM', 'AUDITOR'];
    const before = await rowsOf(db);
    for (const asker of askers)
      expect(await cases.penalize(fakeIds(here.shop, 1), {}, asker)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await cases.penalize(fakeIds(here.shop, 1), {}, null)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await rowsOf(db)).toEqual(before);
  });
});

describe('two moderators at once', () => {
  it('penalize a review once', async () => {
    const askers = [ALICE, BOB, ALICE, BOB];
    const answers = await Promise.all(askers.map((asker) => cases.penalize(fakeIds(here.shop, 2), {}, asker)));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code))).toEqual(
      Array(3).fill('REVIEW_VOIDED'),
    );
    expect(await countOf(db, 'review_void', `merchant_id = '${await idOf(db, 'merchant', here.shop)}'`)).toBe(2);
    await expectSound(db, here.now);
  });

  it('penalize other reviews of the same author and merchant, one after the other, and all is sound', async () => {
    const author = `b-${here.shop}z`;
    await takeEvents(
      db,
      fakes(`${here.shop}z`, 2).map((event) => withBuyer(event, author)),
      here.now,
    );
    const answers = await Promise.all(
      fakeIds(`${here.shop}z`, 2).map((id, i) => cases.penalize([id], {}, i ? ALICE : BOB)),
    );
    expect(answers.map(({ userErrors }) => userErrors)).toEqual([[], []]);
    expect(new Set(answers.map(({ sanctions }) => sanctions[0].kind))).toEqual(new Set(['RESTRICTION', 'WARNING']));
    const { rows } = await db.pool.query(`select offence_rank from penalty_share where subject_id = $1 order by 1`, [
      await idOf(db, 'buyer', author),
    ]);
    expect(rows).toEqual([{ offence_rank: 0 }, { offence_rank: 1 }]);
    await expectSound(db, here.now);
  });
});

describe('a suspicion that somebody has claimed', () => {
  const MINUTE = 60_000;
  beforeEach(async () => {
    await doubtAbout(db, await keysOf(db, fakeIds(here.shop, 1)), here.now);
    const query = `select merchant_id as "merchantId", id from suspicion where merchant_id = $1`;
    const [{ merchantId, id }] = (await db.pool.query(query, [await idOf(db, 'merchant', here.shop)])).rows;
    const input = { suspicionId: globalId('Suspicion', merchantId, id), idempotencyKey: `claim-${here.shop}` };
    const claim = 'mutation ($input: ClaimSuspicionInput!) { claimSuspicion(input: $input) { userErrors { code } } }';
    expect((await api.ask(BOB, claim, { input })).data.claimSuspicion.userErrors).toEqual([]);
  });

  it('keeps others from its reviews, until the claim runs out', async () => {
    const before = await rowsOf(db);
    expect((await cases.penalize(fakeIds(here.shop, 2))).userErrors).toMatchObject([
      { code: 'SUSPICION_CLAIMED', message: expect.stringContaining('MODERATOR:bob'), field: ['reviewIds'] },
    ]);
    expect(await cases.preview(fakeIds(here.shop, 2))).toEqual({ code: 'SUSPICION_CLAIMED' });
    expect(await rowsOf(db)).toEqual(before);
    here.now += 30 * MINUTE;
    expect((await cases.penalize(fakeIds(here.shop, 2))).userErrors).toEqual([]);
  });

  it('keeps neither whoever has it, nor whoever agrees with them', async () => {
    const { proposal } = await cases.penalize(fakeIds(here.shop, 3), { deductPoints: 200 }, BOB);
    expect((await cases.approve(proposal.id, CAROL)).userErrors).toEqual([]);
  });
});

describe('what is too grave for one person', () => {
  it('is proposed, and done when another agrees; never by oneself', async () => {
    const before = await wholeStateOf(db);
    const { userErrors, proposal, reviews, receipt } = await cases.penalize(fakeIds(here.shop, 3), {
      deductPoints: 200,
    });
    expect({ userErrors, reviews, receipt }).toEqual({ userErrors: [], reviews: [], receipt: null });
    expect(proposal).toMatchObject({
      proposedBy: 'MODERATOR:alice',
      summary:
        'Voids 3 reviews (FAKE_PURCHASED) and sanctions their authors, 200 points from each author. For two to decide: 600 points in all, and one person deducts 500 at most.',
      input: {
        reviewIds: await cases.reviewIds(fakeIds(here.shop, 3)),
        ground: 'FAKE_PURCHASED',
        deductPoints: 200,
        alsoSanctionMerchant: false,
      },
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
    await expectSound(db, here.now);
  });

  it('is not done when a review was retracted meanwhile; the proposal stays', async () => {
    const { proposal } = await cases.penalize(fakeIds(here.shop, 3), { deductPoints: 200 });
    await takeEvents(
      db,
      [anEvent('review.retracted', new Date(here.now).toISOString(), { review: `r-${here.shop}-fake-0` })],
      here.now,
    );
    expect((await cases.approve(proposal.id)).userErrors).toMatchObject([{ code: 'REVIEW_VOIDED' }]);
    expect(
      await countOf(
        db,
        'proposal',
        `decision is null and input->'reviews'->0->>'merchantId' = '${await idOf(db, 'merchant', here.shop)}'`,
      ),
    ).toBe(1);
  });
});
