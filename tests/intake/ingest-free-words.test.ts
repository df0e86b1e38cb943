import { beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { holdReviews, releaseReviews } from '../../src/reviews/hold.commands.ts';
import { voidReviews, type FactKey } from '../../src/reviews/void.commands.ts';
import { reliabilityInBurst } from '../../src/scoring/burst.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import { bringInto, csv } from './import-kit.ts';
import { expectSound } from './ingest-kit.ts';
import { ledgerOf, liveOf } from './ledger-kit.ts';

const db = aDatabase();
beforeEach(() => emptied(db));

const DAY = 86_400;
const START = NOW / 1000 - 100 * DAY;
type Word = readonly [from: string, rating: number, day: number];
const rate = async (words: readonly Word[], to = 'shop') => {
  const file = csv('from,to,rating,time', ...words.map(([from, w, day]) => `${from},${to},${w},${START + day * DAY}`));
  expect(await bringInto(db, '--mapping', 'ratings', file)).toMatchObject({ accepted: words.length, rejected: 0 });
};
/** One a person, some hours apart. */
const flood = (name: string, count: number, rating: number, day: number): Word[] =>
  Array.from({ length: count }, (_, i) => [`${name}${i}`, rating, day + i / 24]);
const believed = async () => (await liveOf(db, 'shop')).map(({ reliability }) => reliability);

const keysOf = async (pattern: string): Promise<FactKey[]> =>
  (
    await db.pool.query(
      'select merchant_id as "merchantId", id from review where external_id like $1 order by external_id',
      [pattern],
    )
  ).rows;
const turn = (how: typeof holdReviews, reviews: FactKey[]) =>
  inTransaction(db.pool, async (tx) =>
    how(tx, { reviews, by: 'ADMIN', note: 'a look' }, { now: NOW, foldings: await foldingsAt(NOW)(tx) }),
  );
/** Balances without what only tells that something was left out. */
const balances = async () =>
  JSON.parse(JSON.stringify(await balancesOf(db), (key, value: unknown) => (key === 'excluded' ? undefined : value)));

describe('free words in a flood', () => {
  it('of praise weigh the less the more of them come in seven days; of blame all the same', async () => {
    await rate([...flood('fan', 12, 10, 0), ...flood('critic', 12, -10, 2)]);
    const news = Array.from({ length: 12 }, (_, i) => reliabilityInBurst(80e6, i + 1, 0));
    expect(news[11]).toBeLessThan(40e6);
    expect(await believed()).toEqual([...news, ...Array(12).fill(80e6)]);
    await expectSound(db);
  });

  it('may be as many as the praise of before allows', async () => {
    await rate(flood('friend', 9, 10, 0));
    await rate(flood('fan', 12, 10, 20));
    expect((await believed()).slice(9)).toEqual(
      Array.from({ length: 12 }, (_, i) => reliabilityInBurst(80e6, i + 1, 9)),
    );
  });

  it('of one voice are a harmonic series, not a sum', async () => {
    await rate([0, 20, 40].map((day) => ['fan', 10, day]));
    expect((await ledgerOf(db, 'shop')).map(({ pairRank }) => pairRank)).toEqual([0, 1, 2]);
  });

  it('that are voided leave what remains, bit for bit, and what is released is as it was', async () => {
    await rate([...flood('fan', 11, 10, 0), ...flood('critic', 2, -10, 1)]);
    const before = await balances();
    await rate(flood('hireling', 6, 10, 2));
    const flooded = await balances();
    expect(flooded).not.toEqual(before);

    const hirelings = await keysOf('hireling%');
    await turn(holdReviews, hirelings);
    await expectSound(db);
    await turn(releaseReviews, hirelings);
    expect(await balances()).toEqual(flooded);

    const why = { reviews: hirelings, ground: 'COLLUSION_RING', statement: 'Bought.', voidedBy: 'ADMIN' } as const;
    await inTransaction(db.pool, async (tx) => voidReviews(tx, why, { now: NOW, foldings: await foldingsAt(NOW)(tx) }));
    expect(await balances()).toEqual(before);
    await expectSound(db);
  });
});
