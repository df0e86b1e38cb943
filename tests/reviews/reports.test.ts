import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { globalId, idsOf } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { insertReviews, someParties, type Parties } from './fixtures.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });
const STRANGER = ['BUYER', 'buyer:stranger'] as const;
const MERCHANT = ['MERCHANT', 'merchant:m'] as const;
const REPORTS = 'reports { reporter ground explanation reportedAt answer answeredAt answeredBy }';

let parties: Parties;
let review: string;
let calls = 0;
const aReview = async (more: object = {}) => (await insertReviews(db, [{ ...parties, ...more }]))[0]!;
beforeAll(async () => {
  parties = await someParties(db);
});
beforeEach(async () => {
  now += 1000;
  review = await aReview();
});

const send = async (asker: Asker, name: string, input: object) => {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { it: ${name}(input: $input) { review { id ${REPORTS} } userErrors { code field } } }`;
  const { data, errors } = await api.ask(asker, query, {
    input: { reviewId: review, idempotencyKey: `call-${calls++}`, ...input },
  });
  if (errors) return errors[0]!.extensions['code'];
  const [refusal] = data.it.userErrors;
  return refusal ? [refusal.code, ...(refusal.field ?? [])].join(' ') : data.it.review;
};
const report = (asker: Asker, input: object = {}) => {
  now += 1000;
  return send(asker, 'reportReview', { ground: 'SPAM', explanation: 'It sells watches.', ...input });
};
const answer = (asker: Asker, input: object = {}) => send(asker, 'answerReports', { note: 'It does not.', ...input });
const reportsFor = async (asker: Asker) =>
  (await api.ask(asker, `query ($id: ID!) { review(id: $id) { ${REPORTS} } }`, { id: review })).data.review.reports;
const queue = async (asker: Asker, page = '') => {
  const list = `{ openReviewReports${page} { nodes { reporter review { id } } pageInfo { hasNextPage endCursor } } }`;
  const { data, errors } = await api.ask(asker, list);
  return errors ? errors[0]!.extensions['code'] : data.openReviewReports;
};
const waiting = async () => {
  const { nodes } = await queue('AUDITOR', '(first: 100)');
  return nodes.flatMap((each: { reporter: string; review: { id: string } }) =>
    each.review.id === review ? each.reporter : [],
  );
};

describe('a report', () => {
  it('waits in the queue of those who judge, behind those that have waited longer', async () => {
    const older = review;
    await report(STRANGER);
    review = await aReview();
    await report(MERCHANT);

    const { nodes } = await queue('MODERATOR', '(first: 100)');
    const ids = nodes.map((each: { review: { id: string } }) => each.review.id);
    expect(ids.slice(-2)).toEqual([older, review]);
    const first = await queue('ADMIN', '(first: 1)');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const next = await queue('ADMIN', `(first: 100, after: "${first.pageInfo.endCursor}")`);
    expect([...first.nodes, ...next.nodes]).toEqual(nodes);
    for (const asker of [STRANGER, MERCHANT, 'PARTNER', 'PLATFORM'] as const)
      expect(await queue(asker)).toBe('FORBIDDEN');
    expect(await queue(null)).toBe('UNAUTHENTICATED');
  });

  it('is seen with the review by the house, and by whoever made it', async () => {
    await report(STRANGER);
    await report(MERCHANT, { ground: 'ILLEGAL' });

    expect((await reportsFor('AUDITOR')).map((each: { reporter: string }) => each.reporter)).toEqual([
      'BUYER:stranger',
      'MERCHANT:m',
    ]);
    expect(await reportsFor(MERCHANT)).toMatchObject([{ reporter: 'MERCHANT:m', ground: 'ILLEGAL', answer: null }]);
    for (const asker of [null, ['MERCHANT', 'merchant:other'], ['BUYER', 'buyer:author']] as const)
      expect(await reportsFor(asker)).toEqual([]);
  });

  it('leaves the queue while its review is voided', async () => {
    await report(STRANGER);
    const [, id] = idsOf('Review', review);
    await db.pool.query(`update review set status = 'VOIDED' where id = $1`, [id]);
    expect(await waiting()).toEqual([]);
    await db.pool.query(`update review set status = 'COUNTED' where id = $1`, [id]);
    expect(await waiting()).toEqual(['BUYER:stranger']);
  });
});

describe('answerReports', () => {
  it('answers all who wait, for them to read; who answered is for the house', async () => {
    await report(STRANGER);
    await report(MERCHANT);
    now += 1000;
    expect((await answer('MODERATOR')).reports).toHaveLength(2);

    const told = { answer: 'It does not.', answeredAt: new Date(now).toISOString() };
    expect(await reportsFor(STRANGER)).toMatchObject([{ reporter: 'BUYER:stranger', ...told, answeredBy: null }]);
    expect(await reportsFor('AUDITOR')).toMatchObject([
      { ...told, answeredBy: 'MODERATOR' },
      { ...told, answeredBy: 'MODERATOR' },
    ]);
    expect(await waiting()).toEqual([]);
  });

  it('happens once, however often it is sent; what is answered stays answered', async () => {
    await report(STRANGER);
    const input = { idempotencyKey: `same-${calls++}` };
    const answers = await Promise.all([1, 2, 3].map(() => answer('ADMIN', input)));
    expect(answers).toEqual(answers.map(() => answers[0]));
    expect(answers[0].reports).toMatchObject([{ answer: 'It does not.', answeredBy: 'ADMIN' }]);
    expect(await answer('MODERATOR', { note: 'Another.' })).toBe('NO_OPEN_REPORTS reviewId');

    await report('PARTNER');
    expect(await answer('MODERATOR', { note: 'Another.' })).toMatchObject({
      reports: [{ answer: 'It does not.' }, { reporter: 'PARTNER:Acme', answer: 'Another.' }],
    });
  });

  it('is for moderators and admins, not in their own case, and not without a word', async () => {
    await report(STRANGER);
    for (const asker of [STRANGER, MERCHANT, 'PARTNER', 'PLATFORM', 'AUDITOR'] as const)
      expect(await answer(asker)).toBe('FORBIDDEN');
    expect(await answer(null)).toBe('UNAUTHENTICATED');
    for (const own of ['merchant:m', 'buyer:author'])
      expect(await answer(['MODERATOR', own])).toBe('OWN_CASE reviewId');
    expect(await answer('MODERATOR', { note: ' ' })).toBe('NOTE_MISSING note');
    expect(await answer('MODERATOR', { reviewId: globalId('Review', newId(NOW), newId(NOW)) })).toBe(
      'REVIEW_NOT_FOUND reviewId',
    );
    expect(await waiting()).toEqual(['BUYER:stranger']);
  });
});
