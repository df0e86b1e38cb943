import { beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { scanMarket } from '../../src/integrity/scan-market.ts';
import { holdReviews, releaseReviews } from '../../src/reviews/hold.commands.ts';
import { casesOn } from '../cases/kit.ts';
import { expectSound, ingest } from '../intake/ingest-kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import { keysOf } from '../reviews/void-kit.ts';
import { eventsOfSale } from './integrity-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const scan = () => scanMarket(db.pool, foldingsAt, NOW);

/** Reviews of a shop, a day apart: the first two of a fair and of an angry buyer, then what others say. */
const said = (stars: readonly number[]) =>
  ['fair', 'angry', ...stars.keys()].flatMap((name, i) =>
    eventsOfSale({ order: `o-${name}`, buyer: `b-${name}`, placed: 60 - i, stars: [5, 1, ...stars][i]! }),
  );
/** How many live postings the buyer's ledger has for reviews that were borne out. */
const confirmed = async (buyer: string): Promise<number> => {
  const { rows } = await db.pool.query(
    `select coalesce(sum(1 - revision % 2 * 2), 0)::int as live from posting p join buyer b on b.id = p.subject_id
      where p.kind = 33 and not p.is_held and b.external_id = $1`,
    [buyer],
  );
  return rows[0].live;
};
const goodMassOf = async (buyer: string): Promise<number> =>
  (await api.ask('AUDITOR', `{ buyer(externalId: "${buyer}") { grade { evidence { goodMass } } } }`)).data.buyer.grade
    .evidence.goodMass;
beforeEach(() => emptied(db));

describe('a review that the next five reviewers of the merchant bear out', () => {
  it('counts for its author, once; one that they contradict does not', async () => {
    await takeEvents(db, said([5, 4, 5, 5, 4]));
    expect(await goodMassOf('b-fair')).toBe(0);
    expect((await scan()).confirmed).toBe(1);
    expect(await goodMassOf('b-fair')).toBeGreaterThan(0);
    expect(await confirmed('b-angry')).toBe(0);
    expect((await scan()).confirmed).toBe(0);
    expect(await confirmed('b-fair')).toBe(1);
    await expectSound(db);
  });

  it('may blame as well as praise, and is not borne out by one who says it five times, nor by four, nor by what is fresh', async () => {
    await takeEvents(db, said([1, 2, 1, 1, 1]));
    await scan();
    expect([await confirmed('b-fair'), await confirmed('b-angry')]).toEqual([0, 1]);

    for (const others of [
      said([5, 5, 5]), // and the angry one
      said([5, 5, 5, 5, 5]).map((event) =>
        event.type === 'order.placed' && /^o-\d/.test(String(event.data['order']))
          ? { ...event, data: { ...event.data, buyer: 'b-one' } }
          : event,
      ),
      [...said([5, 5, 5]), ...eventsOfSale({ order: 'o-fresh', placed: 5, stars: 5 })],
    ]) {
      await emptied(db);
      await takeEvents(db, others);
      expect((await scan()).confirmed).toBe(0);
    }
  });

  it('goes with the review and comes back with it, exactly: voided and appealed, held and released', async () => {
    await takeEvents(db, said([5, 4, 5, 5, 4]));
    await scan();
    const before = await balancesOf(db);
    const cases = casesOn(api, db);
    expect(await cases.penalize(['r-o-fair'], { ground: 'SPAM' })).toMatchObject({ userErrors: [] });
    expect(await confirmed('b-fair')).toBe(0);
    await expectSound(db);
    const [id] = await cases.reviewIds(['r-o-fair']);
    const { appeal } = await cases.file(id!, ['BUYER', 'buyer:b-fair']);
    expect(await cases.decide(appeal.id)).toMatchObject({ userErrors: [] });
    expect(await confirmed('b-fair')).toBe(1);
    expect(await balancesOf(db)).toEqual(before);

    const turn = { reviews: await keysOf(db, ['r-o-fair']), by: 'ANN', note: null };
    const moment = async () => ({ now: NOW, foldings: await inTransaction(db.pool, foldingsAt(NOW)) });
    const [held, released] = [await moment(), await moment()];
    await inTransaction(db.pool, (tx) => holdReviews(tx, turn, held));
    expect(await goodMassOf('b-fair')).toBe(0);
    await expectSound(db);
    await inTransaction(db.pool, (tx) => releaseReviews(tx, turn, released));
    expect(await balancesOf(db)).toEqual(before);
  });

  it('is its author’s no more when the author takes it back', async () => {
    await takeEvents(db, said([5, 4, 5, 5, 4]));
    await scan();
    await ingest(api, [anEvent('review.retracted', daysAgo(1), { review: 'r-o-fair' })]);
    expect(await goodMassOf('b-fair')).toBe(0);
    await expectSound(db);
    expect((await scan()).confirmed).toBe(0);
  });
});
