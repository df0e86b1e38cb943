import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Actor } from '../../src/access/actor.ts';
import { openCall } from '../../src/access/call.ts';
import { reader } from '../../src/db/tx.ts';
import { NEWEST, OLDEST, reviewPage, type ListedOf } from '../../src/reviews/review-list.queries.ts';
import { Review, REVIEW_STATUSES, sightOf } from '../../src/reviews/review.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { insertReviews, someParties, type Parties } from './fixtures.ts';

const db = aDatabase();
let parties: Parties;
let strangerId: string;

beforeAll(async () => {
  parties = await someParties(db);
  strangerId = (await db.pool.query<{ id: string }>(`select id from buyer where external_id = 'stranger'`)).rows[0]!.id;
  const { merchantId, otherMerchantId, authorId, productId } = parties;
  const about = [{ merchantId, productId }, { merchantId }, { merchantId: otherMerchantId }];
  await insertReviews(
    db,
    REVIEW_STATUSES.flatMap((status) =>
      [true, false].flatMap((isRetracted) =>
        about.flatMap((of) =>
          [authorId, strangerId].map((author) => ({ ...of, authorId: author, status, isRetracted })),
        ),
      ),
    ),
  );
});

/** Everybody who may call: each role, and of those who stand for a subject each of two, and one that is not known. */
const actors = (): Actor[] =>
  ROLES.flatMap((role) => {
    if (role !== 'BUYER' && role !== 'MERCHANT') return [{ role, name: role, subject: null }];
    const ids =
      role === 'BUYER' ? [parties.authorId, strangerId, null] : [parties.merchantId, parties.otherMerchantId, null];
    return ids.map((id): Actor => ({ role, name: `${role}:x`, subject: { kind: role, externalId: 'x', id } }));
  });

/** Each list that there is, and the same asked of the ORM, which goes by the `visible` filter. */
const lists = (): [ListedOf, object][] => {
  const { merchantId, otherMerchantId, authorId, productId } = parties;
  return [
    [{ list: 'merchant', ids: [merchantId] }, { merchantId }],
    [{ list: 'merchant', ids: [otherMerchantId] }, { merchantId: otherMerchantId }],
    [
      { list: 'product', ids: [merchantId, productId] },
      { merchantId, productId },
    ],
    [{ list: 'author', ids: [authorId] }, { authorId }],
    [{ list: 'author', ids: [strangerId] }, { authorId: strangerId }],
  ];
};

describe('a list of reviews', () => {
  it('shows everybody the rows that the filter shows, and no other, with what stands in them', async () => {
    const counts = new Set<number>();
    for (const actor of actors()) {
      const call = openCall({ pool: db.pool, orm: db.orm, hashSecret: Buffer.alloc(32) }, actor, NOW);
      for (const [of, where] of lists()) {
        const sight = sightOf(actor);
        const any = { status: null, stars: null, olderThan: NEWEST, newerThan: OLDEST } as const;
        const listed = await reviewPage(reader(db.pool), { of, sight, ...any, direction: 'desc', limit: 100 });
        const filtered = await call.em.find(Review, where, { orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }] });

        counts.add(filtered.length);
        expect([actor, of, listed.map(({ id }) => id)]).toEqual([actor, of, filtered.map(({ id }) => id)]);
        for (const [i, { replyText, repliedAt, ...row }] of listed.entries()) {
          expect(filtered[i]).toMatchObject(row);
          expect([replyText, repliedAt]).toEqual([null, null]);
        }
      }
    }
    expect(counts.size).toBeGreaterThan(3); // they do see different things
  });
});
