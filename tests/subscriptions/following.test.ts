import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { feedOf } from '../../src/disclosure/change-feed.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { newId } from '../../src/kernel/ids.ts';
import { someMerchants, type AMerchant } from '../disclosure/kit.ts';
import { orders, take } from '../grades/fixtures.ts';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { eventually } from '../kit/eventually.ts';
import { statementsOf } from '../kit/statements.ts';
import { aPolicy, bearerOf, byEvents, bySocket, change, followers, merchantId, over, scoresOf, told } from './kit.ts';
import type { Follows, Heard } from './kit.ts';

const db = aDatabase();
const policy = aPolicy(db);
const api = anApi(db, { clock: () => NOW });
let merchants: readonly AMerchant[];
beforeAll(async () => {
  merchants = await someMerchants(db, 3);
});

const TRANSPORTS = [
  ['by WebSocket', bySocket],
  ['by server-sent events', byEvents],
] as const;
const all: Heard[] = [];
afterEach(async () => {
  for (const heard of all.splice(0)) heard.stop();
  await followers(db, 0);
});

/** Follows, as the asker, these subjects; all that it may, unless they are given. */
async function following(follow: Follows, asker: Asker, ids?: readonly string[], ttlSeconds?: number): Promise<Heard> {
  const headers: Record<string, string> = asker === null ? {} : await bearerOf(api, asker, ttlSeconds);
  if (asker === 'PARTNER') headers['credence-purpose'] = 'DISPLAY';
  const before = feedOf(db.pool).followers;
  const heard = follow(api.server.address, { headers, variables: { ids } });
  all.push(heard);
  await Promise.race([eventually(() => feedOf(db.pool).followers > before), over(heard)]);
  return heard;
}

describe.each(TRANSPORTS)('a change of a grade, %s', (name, follow) => {
  it('is told to whoever follows, as it was before and as it is since', async () => {
    const heard = await following(follow, 'PLATFORM');
    await take(db, orders(`good ${name}`, 20));
    await told(heard, 1);

    expect(heard.events).toEqual([
      {
        subject: { externalId: `good ${name}` },
        before: { level: 'NOT_RATED', exactScore: null },
        after: { level: 'BBB', exactScore: expect.closeTo(704, 0), ratingAverage: 5, ratingCount: 10 },
        reasons: expect.arrayContaining(['ORDER_DELIVERED']),
      },
    ]);
  });

  it('is told of those who are named alone', async () => {
    const heard = await following(follow, 'PLATFORM', [merchantId(merchants[0]!), merchantId(merchants[1]!)]);
    const [, , third] = merchants;
    await change(db, policy, [third!]);
    const scores = await change(db, policy, [merchants[1]!, third!, merchants[0]!]);
    await told(heard, 2);

    expect(scoresOf(heard)).toEqual([scores[0], scores[2]]);
  });

  it('is told to a shop of itself, with its exact score and the reasons, and of no other', async () => {
    const heard = await following(follow, ['MERCHANT', 'merchant:some-0']);
    const [score] = await change(db, policy, [merchants[0]!, merchants[1]!]);
    await told(heard, 1);

    expect(heard.events).toMatchObject([
      { subject: { externalId: 'some-0' }, after: { exactScore: score }, reasons: ['DISPUTE_LOST'] },
    ]);
  });

  it('is told to a partner without its exact score, and is written down as an inquiry', async () => {
    const heard = await following(follow, 'PARTNER');
    await change(db, policy, [merchants[0]!]);
    await told(heard, 1);
    const { rows } = await db.pool.query(`select operation, taken from grade_inquiry where subject_id = $1`, [
      merchants[0]!.id,
    ]);

    expect(heard.events).toMatchObject([
      { subject: { externalId: 'some-0' }, after: { level: 'B', exactScore: null }, reasons: null },
    ]);
    expect(rows).toContainEqual({ operation: 'Subscription.gradeChanged', taken: ['CHANGE'] });
  });

  it('of a buyer is told to the house, and not to a partner who follows all', async () => {
    const id = newId(NOW);
    await db.pool.query(`insert into buyer (id, external_id, recorded_at) values ($1, $2, $3)`, [
      id,
      id,
      new Date(NOW),
    ]);
    const [house, partner] = [await following(follow, 'MODERATOR'), await following(follow, 'PARTNER')];
    await change(db, policy, [{ id }], 'BUYER');
    await change(db, policy, [merchants[0]!]);
    await Promise.all([told(house, 2), told(partner, 1)]);

    expect(house.events.map(({ subject }) => subject.externalId)).toEqual([id, 'some-0']);
    expect(partner.events.map(({ subject }) => subject.externalId)).toEqual(['some-0']);
  });

  it('is told once and in its order, when there are many at once', async () => {
    const heard = await following(follow, 'PLATFORM', [merchantId(merchants[0]!)]);
    const many = Array.from({ length: 330 }, () => merchants[0]!);
    const scores = [...(await change(db, policy, many)), ...(await change(db, policy, many))];
    await told(heard, scores.length);

    expect(scoresOf(heard)).toEqual(scores);
  });

  it.each([
    ['UNAUTHENTICATED', null, undefined],
    ['SUBJECT_NOT_FOUND', ['MERCHANT', 'merchant:some-0'], ['some-1']],
    ['SUBJECT_NOT_FOUND', ['BUYER', 'buyer:b'], ['some-1']],
    ['SUBJECT_NOT_FOUND', ['BUYER', 'buyer:nobody'], undefined],
    ['CONSENT_MISSING', 'PARTNER', ['buyer']],
    ['ID_OF_ANOTHER_TYPE', 'PLATFORM', ['order']],
    ['ID_INVALID', 'PLATFORM', ['nonsense']],
    ['SUBJECT_IDS_EMPTY', 'PLATFORM', []],
    ['TOO_MANY_IDS', 'PLATFORM', 'hundreds'],
  ] as const)('is refused as %s to %s who names %s', async (code, asker, named) => {
    const some = newId(NOW);
    const ids: Record<string, string> = {
      'some-1': merchantId(merchants[1]!),
      buyer: globalId('Buyer', some),
      order: globalId('Order', some, some),
    };
    const hundreds = Array.from({ length: 101 }, () => globalId('Merchant', newId(NOW)));
    const asked = named === 'hundreds' ? hundreds : named?.map((each) => ids[each] ?? each);
    const heard = await following(follow, asker, asked);

    expect(heard).toMatchObject({ isOver: true, events: [] });
    if (follow === bySocket) expect(heard.codes).toEqual([code]);
    else expect(heard.closed).toBeGreaterThanOrEqual(400);
  });
});

describe('what a change costs', () => {
  it('is a few statements, however many follow, each under a token of its own', async () => {
    const many: Heard[] = [];
    for (let i = 0; i < 30; i++)
      many.push(await following(i % 2 ? bySocket : byEvents, 'PLATFORM', [merchantId(merchants[0]!)], 3_000 + i));
    for (let i = 0; i < 3; i++)
      many.push(await following(i % 2 ? bySocket : byEvents, ['MERCHANT', `merchant:some-0`], undefined, 3_000 + i));
    const statements = await statementsOf(db, async () => {
      await change(db, policy, [merchants[0]!]);
      await Promise.all(many.map((heard) => told(heard, 1)));
    });

    expect(many.every(({ events }) => events.length === 1)).toBe(true);
    expect(statements.length).toBeLessThan(12);
  });
});
