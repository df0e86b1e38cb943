import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idsOf } from '../../src/kernel/global-id.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { insertReviews, someParties, type Parties } from './fixtures.ts';

const MERCHANT = ['MERCHANT', 'merchant:m'] as const;
const AUTHOR = ['BUYER', 'buyer:author'] as const;
const PAYLOAD = '{ review { id reply { text repliedAt } } userErrors { code field message } }';
const REPLY = `mutation ($input: ReplyToReviewInput!) { answer: replyToReview(input: $input) ${PAYLOAD} }`;
const REPORT = `mutation ($input: ReportReviewInput!) { answer: reportReview(input: $input) ${PAYLOAD} }`;

describe('answering a review', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  let parties: Parties;
  let review: string;
  let calls = 0;
  const aReview = async (more: object = {}) => (await insertReviews(db, [{ ...parties, ...more }]))[0]!;

  beforeAll(async () => {
    parties = await someParties(db);
  });
  beforeEach(async () => {
    review = await aReview();
  });
  const asked = (mutation: string, defaults: object) => async (asker: Asker, input: object) => {
    const { data, errors } = await api.ask(asker, mutation, {
      input: { reviewId: review, idempotencyKey: `call-${calls++}`, ...defaults, ...input },
    });
    if (errors) return errors[0]!.extensions['code'];
    const [userError] = data.answer.userErrors;
    return userError ? [userError.code, ...(userError.field ?? [])].join(' ') : data.answer.review;
  };
  const count = async (table: string) => {
    const { rows } = await db.pool.query(`select count(*)::int as n from ${table} where review_id = $1`, [
      idsOf('Review', review)[1],
    ]);
    return rows[0].n;
  };

  describe('with a reply', () => {
    const reply = asked(REPLY, { text: 'Thank you. 谢谢 🙏' });

    it('shows the reply to all', async () => {
      const expected = { id: review, reply: { text: 'Thank you. 谢谢 🙏', repliedAt: new Date(NOW).toISOString() } };

      expect(await reply(MERCHANT, {})).toEqual(expected);
      const { data } = await api.ask(null, `query ($id: ID!) { review(id: $id) { id reply { text repliedAt } } }`, {
        id: review,
      });
      expect(data.review).toEqual(expected);
    });

    it('happens once, however often the call is sent and however many at once', async () => {
      const input = { idempotencyKey: `same-${calls++}` };
      const answers = await Promise.all([1, 2, 3, 4].map(() => reply(MERCHANT, input)));

      expect(answers).toEqual(answers.map(() => ({ id: review, reply: expect.anything() })));
      expect(await count('review_reply')).toBe(1);
      expect(await reply(MERCHANT, { ...input, text: 'Another.' })).toBe('IDEMPOTENCY_KEY_REUSED idempotencyKey');
    });

    it('is one for each review, and stays', async () => {
      await reply(MERCHANT, {});
      expect(await reply(MERCHANT, { text: 'Again.' })).toBe('REPLY_EXISTS');
      const answers = [await aReview()].map((reviewId) => [
        reply(MERCHANT, { reviewId }),
        reply(MERCHANT, { reviewId }),
      ]);
      expect((await Promise.all(answers.flat())).filter((answer) => answer === 'REPLY_EXISTS')).toHaveLength(1);
    });

    it("is the merchant's alone", async () => {
      expect(await reply(['MERCHANT', 'merchant:other'], {})).toBe('NOT_YOUR_REVIEW');
      expect(await reply(['MERCHANT', 'merchant:nobody'], {})).toBe('NOT_YOUR_REVIEW');
      for (const asker of [AUTHOR, 'PLATFORM', 'ADMIN', 'PARTNER'] as const)
        expect(await reply(asker, {})).toBe('FORBIDDEN');
      expect(await reply(null, {})).toBe('UNAUTHENTICATED');
      expect(await count('review_reply')).toBe(0);
    });

    it('finds no review that the merchant may not see', async () => {
      const held = await aReview({ status: 'HELD' });
      const retracted = await aReview({ isRetracted: true });

      expect(await reply(['MERCHANT', 'merchant:other'], { reviewId: held })).toBe('REVIEW_NOT_FOUND reviewId');
      expect(await reply(MERCHANT, { reviewId: retracted })).toBe('REVIEW_NOT_FOUND reviewId');
      expect(await reply(MERCHANT, { reviewId: 'nonsense' })).toBe('ID_INVALID reviewId');
    });

    it('is refused to a review that was voided', async () => {
      expect(await reply(MERCHANT, { reviewId: await aReview({ status: 'VOIDED' }) })).toBe('REVIEW_VOIDED');
    });

    it.each([
      ['is empty', '', 'TEXT_INVALID text'],
      ['is blank', ' \n', 'TEXT_INVALID text'],
      ['has a NUL', 'a\0b', 'TEXT_INVALID text'],
      ['has half a surrogate pair', 'a\ud800b', 'TEXT_INVALID text'],
      ['is too long', 'x'.repeat(10_001), 'TEXT_TOO_LONG text'],
      ['is too long in emojis', '🙏'.repeat(10_001), 'TEXT_TOO_LONG text'],
    ])('takes no text that %s', async (_, text, code) => {
      expect(await reply(MERCHANT, { text })).toBe(code);
      expect(await count('review_reply')).toBe(0);
    });

    it('counts characters as people do', async () => {
      expect(await reply(MERCHANT, { text: '🙏'.repeat(10_000) })).toMatchObject({ id: review });
    });

    it('leaves a refused key free to be used again', async () => {
      const input = { idempotencyKey: `again-${calls++}`, reviewId: await aReview({ status: 'VOIDED' }) };
      expect(await reply(MERCHANT, input)).toBe('REVIEW_VOIDED');
      expect(await reply(MERCHANT, { idempotencyKey: input.idempotencyKey })).toMatchObject({ id: review });
    });
  });

  describe('with a report', () => {
    const report = asked(REPORT, { ground: 'SPAM', explanation: 'It sells watches.' });

    it('is kept for those who judge, once for each reporter', async () => {
      const askers = [
        ['BUYER', 'buyer:stranger'],
        MERCHANT,
        ['MERCHANT', 'merchant:other'],
        'PARTNER',
        'MODERATOR',
      ] as const;
      for (const asker of askers) expect(await report(asker, {})).toMatchObject({ id: review });
      for (const asker of askers) expect(await report(asker, { ground: 'ILLEGAL' })).toBe('REPORT_EXISTS reviewId');

      const { rows } = await db.pool.query(
        'select reporter, ground, explanation from review_report where review_id = $1 order by reporter limit 1',
        [idsOf('Review', review)[1]],
      );
      expect(rows).toEqual([{ reporter: 'BUYER:stranger', ground: 'SPAM', explanation: 'It sells watches.' }]);
      expect(await count('review_report')).toBe(askers.length);
    });

    it('happens once, however often the call is sent', async () => {
      const input = { idempotencyKey: `same-${calls++}` };
      const answers = await Promise.all([1, 2, 3].map(() => report(['BUYER', 'buyer:stranger'], input)));

      expect(answers).toEqual(answers.map(() => ({ id: review, reply: null })));
      expect(await count('review_report')).toBe(1);
    });

    it('is refused to its own author, and to nobody in particular', async () => {
      expect(await report(AUTHOR, {})).toBe('CANNOT_REPORT_OWN');
      expect(await report(null, {})).toBe('UNAUTHENTICATED');
    });

    it('finds no review that the reporter may not see', async () => {
      const held = await aReview({ status: 'HELD' });

      expect(await report(['BUYER', 'buyer:stranger'], { reviewId: held })).toBe('REVIEW_NOT_FOUND reviewId');
      expect(await report(MERCHANT, { reviewId: held })).toMatchObject({ id: held });
    });

    it('must say why, in 2,000 characters', async () => {
      expect(await report(MERCHANT, { explanation: ' ' })).toBe('TEXT_INVALID explanation');
      expect(await report(MERCHANT, { explanation: 'x'.repeat(2_001) })).toBe('TEXT_TOO_LONG explanation');
    });
  });
});
