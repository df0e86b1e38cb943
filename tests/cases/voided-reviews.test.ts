import { beforeEach, describe, expect, it } from 'vitest';
import { countOf } from '../intake/ingest-kit.ts';
import { type Asker } from '../kit/api.ts';
import { takeEvents } from '../kit/events.ts';
import { keysOf } from '../reviews/void-kit.ts';
import { ALICE, aMarketOf, buyer, doubtAbout, fakeIds, fakes, idOf, merchant } from './kit.ts';

const { db, here, api, cases } = aMarketOf(9, (shop) => fakes(shop, 4));

describe('a voided review', () => {
  const READ = `query ($id: ID!) { review(id: $id) { status text stars void { ground text statementOfReasons {
    ground basis facts origin automatedDetection automatedDecision restricts groundText effect territory startsAt endsAt redress { appealUntil } } penalty { note } } } }`;
  let id: string;
  beforeEach(async () => {
    await takeEvents(
      db,
      fakes(`${here.shop}t`, 1).map((event) =>
        'stars' in event.data ? { ...event, data: { ...event.data, text: 'Superb.' } } : event,
      ),
      here.now,
    );
    await cases.penalize([`r-${here.shop}t-fake-0`]);
    [id] = (await cases.reviewIds([`r-${here.shop}t-fake-0`])) as [string];
  });
  const read = async (asker: Asker) => (await api.ask(asker, READ, { id })).data.review;

  it('stays readable to its author, its merchant and staff, with a statement of reasons', async () => {
    for (const asker of [buyer(`b-${here.shop}t-0`), merchant(`${here.shop}t`), 'AUDITOR'] as const) {
      const { status, text, void: why } = await read(asker);
      expect([status, text]).toEqual(['VOIDED', 'Superb.']);
      expect(why.statementOfReasons).toEqual({
        ground: 'FAKE_PURCHASED',
        basis: 'TERMS',
        facts: expect.stringContaining('paid for'),
        groundText: expect.any(String),
        effect: expect.stringContaining('no rating'),
        origin: 'OWN_INITIATIVE',
        automatedDetection: false,
        automatedDecision: false,
        restricts: ['VISIBILITY'],
        territory: null,
        startsAt: new Date(here.now).toISOString(),
        endsAt: null,
        redress: { appealUntil: new Date(here.now + 183 * 86_400_000).toISOString() },
      });
      expect(why.penalty).toEqual(asker === 'AUDITOR' ? { note: 'Seen the payments.' } : null);
    }
  });

  it('that is against the law is voided by the law', async () => {
    await cases.penalize(fakeIds(here.shop, 1), { ground: 'ILLEGAL', statement: 'It calls for violence.' });
    const [illegal] = await cases.reviewIds(fakeIds(here.shop, 1));
    const { data } = await api.ask('AUDITOR', READ, { id: illegal });

    expect(data.review.void.statementOfReasons).toMatchObject({
      ground: 'ILLEGAL',
      basis: 'LAW',
      facts: 'It calls for violence.',
    });
  });

  describe('was voided upon a notice', () => {
    const ask = async (asker: Asker, name: 'reportReview' | 'answerReports', more: object) => {
      const type = name === 'reportReview' ? 'ReportReviewInput' : 'AnswerReportsInput';
      const query = `mutation ($input: ${type}!) { it: ${name}(input: $input) { userErrors { code } } }`;
      const { data } = await api.ask(asker, query, { input: { reviewId: id, idempotencyKey: id, ...more } });
      expect(data.it.userErrors).toEqual([]);
    };
    const report = (asker: Asker) => ask(asker, 'reportReview', { ground: 'FAKE_PURCHASED', explanation: 'Bought.' });
    /** What is said of the void, and of the measure against its author. */
    const originsOf = async (externalId: string) => {
      const { sanctions } = await cases.penalize([externalId], { deductPoints: 5 });
      const query = 'query ($id: ID!) { node(id: $id) { ... on Sanction { statementOfReasons { origin } } } }';
      const { data } = await api.ask('AUDITOR', query, { id: sanctions[0].id });
      return [(await read('AUDITOR')).void.statementOfReasons.origin, data.node.statementOfReasons.origin];
    };

    it('where somebody from outside had reported it, and nobody had answered yet', async () => {
      [id] = (await cases.reviewIds([`r-${here.shop}-fake-0`])) as [string];
      await report(merchant(here.shop));
      expect(await originsOf(`r-${here.shop}-fake-0`)).toEqual(['NOTICE', 'NOTICE']);

      [id] = (await cases.reviewIds([`r-${here.shop}-fake-1`])) as [string];
      await report(merchant(here.shop));
      await ask(ALICE, 'answerReports', { note: 'Looks sound.' });
      here.now += 1;
      expect(await originsOf(`r-${here.shop}-fake-1`)).toEqual(['OWN_INITIATIVE', 'OWN_INITIATIVE']);
    });

    it('and not where staff had', async () => {
      [id] = (await cases.reviewIds([`r-${here.shop}-fake-0`])) as [string];
      await report(ALICE);
      expect(await originsOf(`r-${here.shop}-fake-0`)).toEqual(['OWN_INITIATIVE', 'OWN_INITIATIVE']);
    });
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
    const merchantId = await idOf(db, 'merchant', here.shop);
    await doubtAbout(db, await keysOf(db, fakeIds(here.shop, 1)), here.now);
    const { penalty } = await cases.penalize(fakeIds(here.shop, 2));
    expect(penalty.isDetectedAutomatically).toBe(true);
    expect(await countOf(db, 'suspicion', `merchant_id = '${merchantId}' and status = 'CONFIRMED'`)).toBe(1);
    expect(await countOf(db, 'review_void', `merchant_id = '${merchantId}' and is_detected`)).toBe(1);
  });
});

describe('what a decision was about', () => {
  const REVIEWS = '(first: $first, after: $after) { nodes { externalId } pageInfo { hasNextPage endCursor } }';
  const listed = async (asker: Asker, id: string, page: object = {}) => {
    const { data, errors } = await api.ask(
      asker,
      `query ($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Penalty { voidedReviews${REVIEWS} } ... on Sanction { reviews${REVIEWS} } } }`,
      { id, ...page },
    );
    if (errors) return { code: errors[0]!.extensions['code'] };
    return data.node && (data.node.voidedReviews ?? data.node.reviews);
  };
  const namesIn = ({ nodes }: { nodes: { externalId: string }[] }) =>
    nodes.map(({ externalId }) => externalId).toSorted();

  it('is listed with the penalty for staff, and with each measure for whom it is against', async () => {
    const { penalty, sanctions } = await cases.penalize(fakeIds(here.shop, 3), {
      deductPoints: 1,
      alsoSanctionMerchant: true,
    });
    const of = (externalId: string): string =>
      sanctions.find(({ subject }: { subject: { externalId: string } }) => subject.externalId === externalId).id;
    const page = await listed('AUDITOR', penalty.id, { first: 2 });
    const rest = await listed('AUDITOR', penalty.id, { after: page.pageInfo.endCursor });

    expect(page.pageInfo.hasNextPage).toBe(true);
    expect([...namesIn(page), ...namesIn(rest)].toSorted()).toEqual(fakeIds(here.shop, 3));
    expect(namesIn(await listed(buyer(`b-${here.shop}-1`), of(`b-${here.shop}-1`)))).toEqual([`r-${here.shop}-fake-1`]);
    expect(namesIn(await listed(merchant(here.shop), of(here.shop)))).toEqual(fakeIds(here.shop, 3));
    expect(await listed(buyer(`b-${here.shop}-0`), of(`b-${here.shop}-1`))).toBeNull();
    expect(await listed(merchant(here.shop), penalty.id)).toBeNull();
  });

  it('stays listed once it was overturned', async () => {
    const { penalty } = await cases.penalize(fakeIds(here.shop, 1));
    const [id] = await cases.reviewIds(fakeIds(here.shop, 1));
    const { appeal } = await cases.file(id!, buyer(`b-${here.shop}-0`));
    await cases.decide(appeal.id);

    expect(namesIn(await listed('AUDITOR', penalty.id))).toEqual(fakeIds(here.shop, 1));
  });
});
