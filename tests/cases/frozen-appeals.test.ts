import { beforeEach, describe, expect, it } from 'vitest';
import type { Asker } from '../kit/api.ts';
import { wholeStateOf } from '../kit/whole-state.ts';
import { mutate } from '../partners/kit.ts';
import { aMarketOf, BOB, buyer, codesOf, fakeIds, fakes, merchant } from './kit.ts';

const DAY = 86_400_000;
const TIME = 183 * DAY;
const { db, here, api, cases } = aMarketOf(5, (shop) => fakes(shop, 1));

let reviewId: string;
let author: Asker;
let decidedAt: number;
beforeEach(async () => {
  author = buyer(`b-${here.shop}-0`);
  [reviewId] = (await cases.reviewIds(fakeIds(here.shop, 1))) as [string];
});
const penalize = async () => {
  expect(codesOf(await cases.penalize(fakeIds(here.shop, 1)))).toEqual([]);
  decidedAt = here.now;
};
/** The account of the review's author, or of its merchant, from now on. */
const accountOf = async (kind: 'author' | 'merchant'): Promise<string> =>
  (await api.ask('ADMIN', `{ review(id: "${reviewId}") { ${kind} { id } } }`)).data.review[kind].id;
const freeze = async (kind: 'author' | 'merchant', ground: string) =>
  expect(
    codesOf(
      await mutate(api, 'MODERATOR', 'freezeSubject', 'freeze { ground }', {
        subjectId: await accountOf(kind),
        ground,
      }),
    ),
  ).toEqual([]);
const unfreeze = async (kind: 'author' | 'merchant') =>
  expect(
    codesOf(
      await mutate(api, 'MODERATOR', 'unfreezeSubject', 'freeze { ground }', { subjectId: await accountOf(kind) }),
    ),
  ).toEqual([]);

describe('a frozen account', () => {
  it.each(['author', 'merchant'] as const)(
    'of a review’s %s can appeal, is answered in time, and has it undone',
    async (kind) => {
      const before = await wholeStateOf(db);
      await penalize();
      await freeze(kind, 'FRAUD_SUSPECTED');
      const { appeal, userErrors } = await cases.file(reviewId, kind === 'author' ? author : merchant(here.shop));
      expect(userErrors).toEqual([]);
      expect(appeal.dueAt).toBe(new Date(here.now + 3 * DAY).toISOString()); // the house's time does not stand still
      here.now += 4 * DAY;
      const day = (at: number) => new Date(at).toISOString().slice(0, 10);
      const overdue = `{ integrityReport(from: "${day(decidedAt)}", to: "${day(here.now)}") { appealsOpen appealsOverdue } }`;
      expect((await api.ask(null, overdue)).data.integrityReport).toEqual({ appealsOpen: 1, appealsOverdue: 1 });
      expect(codesOf(await cases.decide(appeal.id, 'OVERTURNED', {}, BOB))).toEqual([]);
      expect((await api.ask(null, overdue)).data.integrityReport).toEqual({ appealsOpen: 0, appealsOverdue: 0 });
      expect(await wholeStateOf(db)).toEqual(before);
    },
  );

  it('that someone else seems to use takes no appeal, so that its holder still has it', async () => {
    await penalize();
    await freeze('author', 'ACCOUNT_TAKEN_OVER');
    expect(codesOf(await cases.file(reviewId, author))).toEqual(['ACCOUNT_FROZEN']);
    expect(codesOf(await cases.file(reviewId, merchant(here.shop)))).toEqual([]); // of the other one nothing is frozen
    await unfreeze('author');
    expect(codesOf(await cases.file(reviewId, author))).toEqual([]);
  });

  it('had the time to appeal stand still while it was somebody else’s, not while it was frozen else', async () => {
    await freeze('author', 'ACCOUNT_TAKEN_OVER');
    here.now += 5 * DAY; // of these days nothing was to be appealed yet
    await penalize();
    await freeze('merchant', 'BY_LAW');
    here.now += 10 * DAY;
    await unfreeze('author');
    await unfreeze('merchant');
    here.now = decidedAt + TIME + 1;
    expect(codesOf(await cases.file(reviewId, merchant(here.shop)))).toEqual(['APPEAL_TOO_LATE']);
    here.now = decidedAt + TIME + 10 * DAY + 1;
    expect(await cases.file(reviewId, author)).toMatchObject({
      userErrors: [{ code: 'APPEAL_TOO_LATE', message: expect.stringContaining(new Date(here.now - 1).toISOString()) }],
    });
    here.now--;
    expect(codesOf(await cases.file(reviewId, author))).toEqual([]);
  });

  it('gets no more time by a freeze that came after it had run out', async () => {
    here.now = decidedAt + 2 * TIME;
    await penalize();
    here.now = decidedAt + TIME + DAY;
    await freeze('author', 'ACCOUNT_TAKEN_OVER');
    here.now += 30 * DAY;
    await unfreeze('author');
    expect(codesOf(await cases.file(reviewId, author))).toEqual(['APPEAL_TOO_LATE']);
  });
});
