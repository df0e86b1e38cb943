import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { intakeAt } from '../../src/intake/intake.ts';
import { takeIn } from '../../src/intake/take-in.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { envelope, HASH_SECRET, NOW } from '../kit/events.ts';
import { orders, take } from './fixtures.ts';
import { gradeNotesOf } from './notes-kit.ts';

describe('a note that a grade changed', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const gradeOf = async (merchant: string) =>
    (
      await api.ask(
        'ADMIN',
        'query ($m: String!) { merchant(externalId: $m) { grade { level score reasons { code } } } }',
        {
          m: merchant,
        },
      )
    ).data.merchant.grade;
  const reviewsOf = async (merchant: string) =>
    (
      await db.pool.query<{ merchantId: string; id: string }>(
        `select merchant_id as "merchantId", r.id from review r join merchant m on m.id = merchant_id
          where m.external_id = $1 order by occurred_at`,
        [merchant],
      )
    ).rows;
  const voidAll = async (merchant: string, isFailing = false) => {
    const reviews = await reviewsOf(merchant);
    await inTransaction(db.pool, async (tx) => {
      const moment = { now: NOW + 1, foldings: await foldingsAt(NOW)(tx) };
      await voidReviews(tx, { reviews, ground: 'SPAM', statement: 'Advertising.', voidedBy: 'ADMIN' }, moment);
      if (isFailing) throw new Error('afterwards');
    });
  };

  it('tells the level before and after, the score, why it is so, and what changed it', async () => {
    await take(db, orders('rising', 8));
    expect(await gradeNotesOf(db, 'rising')).toEqual([]);
    await take(db, orders('rising1', 12, { merchant: 'rising' }));

    const { level, score, reasons } = await gradeOf('rising');
    expect(await gradeNotesOf(db, 'rising')).toEqual([
      {
        subjectKind: 'MERCHANT',
        subjectId: expect.any(String),
        policyId: expect.any(String),
        before: { level: 'NOT_RATED', score: null },
        after: { level, score },
        reasons: reasons.map(({ code }: { code: string }) => code),
        cause: 'FACTS',
        shown: {
          before: { exactScore: null, ratingAverage: 5, ratingCount: 4 },
          after: { exactScore: expect.closeTo(score, 0), ratingAverage: 5, ratingCount: 10 },
        },
      },
    ]);
  });

  it('is left for the level alone: a score that moves within it is none', async () => {
    const before = await gradeOf('rising');
    await take(db, orders('rising2', 2, { merchant: 'rising' }));

    expect((await gradeOf('rising')).score).not.toBe(before.score);
    expect((await gradeOf('rising')).level).toBe(before.level);
    expect(await gradeNotesOf(db, 'rising')).toHaveLength(1);
  });

  it('is one for a batch, from where it began to where it ended', async () => {
    await take(db, orders('batch', 60));

    expect(await gradeNotesOf(db, 'batch')).toMatchObject([
      { before: { level: 'NOT_RATED' }, after: { level: 'BBB' } },
    ]);
  });

  it('follows on the one before, also when reviews are voided', async () => {
    await take(db, orders('panned', 14, { stars: 1, delivered: 2 }));
    const panned = await gradeOf('panned');
    await voidAll('panned');

    const notes = await gradeNotesOf(db, 'panned');
    expect(notes.map(({ cause }) => cause)).toEqual(['FACTS', 'VOID']);
    expect(notes[1]!.before).toEqual({ level: panned.level, score: panned.score });
    expect(notes[1]!.before).toEqual(notes[0]!.after);
    expect(notes[1]!.after.level).toBe((await gradeOf('panned')).level);
  });

  it('is not left by what was undone', async () => {
    await take(db, orders('undone', 14, { stars: 1 }));
    await expect(voidAll('undone', true)).rejects.toThrow('afterwards');

    expect(await gradeNotesOf(db, 'undone')).toHaveLength(1);
  });

  it('is not left by a history that comes in, and what comes after follows on where that ended', async () => {
    const intake = { ...intakeAt(HASH_SECRET, NOW), isHistory: true };
    const history = orders('old', 40).map((event) => envelope(event));
    await inTransaction(db.pool, (tx) => takeIn(tx, history, intake));
    expect(await gradeNotesOf(db, 'old')).toEqual([]);
    const { level } = await gradeOf('old');
    await take(db, orders('old2', 30, { merchant: 'old', stars: 1 }));

    expect(await gradeNotesOf(db, 'old')).toMatchObject([{ before: { level }, cause: 'FACTS' }]);
  });
});
