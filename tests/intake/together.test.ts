import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW } from '../kit/events.ts';
import { accepted, askToIngest, countOf, expectSound, ingest, withPolicies } from './ingest-kit.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
withPolicies(db);

const MOST_AT_ONCE = 6;
const orders = (name: string) => Array.from({ length: MOST_AT_ONCE }, (_, i) => `${name}-${i}`);
const story = (order: string) => eventsOf({ order, placed: 40, stars: 4 });
/** Without a review of its own, which would be refused where the order has one. */
const sale = (order: string) => eventsOf({ order, placed: 40 });
/** In how many transactions these orders were taken in. */
const transactions = async (name: string): Promise<number> => {
  const { rows } = await db.pool.query<{ count: number }>(
    `select count(distinct xmin::text)::int as count from inbox where id like $1`,
    [`%${name}-%`],
  );
  return rows[0]!.count;
};

describe('requests that come at once', () => {
  it('are taken in together, and each is answered for its own', async () => {
    const mistaken = anEvent('order.refunded', daysAgo(3), { order: 'o-0', amount: 9_999_999, cause: 'DEFECT' });
    const batches = orders('o').map((order, i) => [...story(order), ...(i === 3 ? [mistaken] : [])]);
    const answers = await Promise.all(batches.map((batch) => ingest(api, batch)));
    for (const [i, answer] of answers.entries()) if (i !== 3) expect(answer).toEqual(accepted(batches[i]!.length));
    expect(answers[3]).toMatchObject({
      accepted: batches[3]!.length - 1,
      rejected: [{ index: batches[3]!.length - 1, id: mistaken.id, code: 'REFUND_EXCEEDS_ORDER' }],
    });
    expect(await countOf(db, '"order"')).toBe(MOST_AT_ONCE);
    expect(await transactions('o')).toBeLessThan(MOST_AT_ONCE);
    await expectSound(db);
  });

  it('and bring the same are told apart: one brought it, the others repeat it', async () => {
    const answers = await Promise.all(orders('same').map(() => ingest(api, sale('same-0'))));
    const count = sale('same-0').length;
    expect(answers.map((answer) => answer.accepted).toSorted((a, b) => b - a)).toEqual([count, 0, 0, 0, 0, 0]);
    expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe((MOST_AT_ONCE - 1) * count);
  });

  it('and bring the same that is refused are all told so', async () => {
    const mistaken = anEvent('order.refunded', daysAgo(3), { order: 'o-1', amount: 9_999_999, cause: 'DEFECT' });
    const answers = await Promise.all(orders('refused').map(() => ingest(api, [mistaken])));
    for (const { rejected } of answers) expect(rejected).toMatchObject([{ id: mistaken.id }]);
  });

  it('do not share what goes wrong with one of them', async () => {
    await db.pool.query(`create function break_down() returns trigger language plpgsql as
      $$ begin if new.external_id = 'broken-2' then raise exception 'of all'; end if; return new; end $$`);
    await db.pool.query('create trigger broken before insert on "order" for each row execute function break_down()');
    const answers = await Promise.all(orders('broken').map((order) => askToIngest(api, 'PLATFORM', sale(order))));
    await db.pool.query('drop trigger broken on "order"');
    for (const [i, { data, errors }] of answers.entries())
      if (i === 2) expect(errors).toBeDefined();
      else expect(data.ingestEvents).toEqual(accepted(sale('broken').length));
    expect(await countOf(db, '"order"', "external_id like 'broken-%'")).toBe(MOST_AT_ONCE - 1);
    await expectSound(db);
  });

  it('do not wait for one that waits for its locks', async () => {
    await ingest(api, [...sale('held'), ...eventsOf({ order: 'free', merchant: 'm-2', buyer: 'b-2', placed: 40 })]);
    const holder = await db.pool.connect();
    try {
      await holder.query('begin');
      await holder.query(
        `select from tally where subject_id = (select id from merchant where external_id = 'm-1') for update`,
      );
      const held = ingest(api, sale('held-later'));
      const free = eventsOf({ order: 'free-later', merchant: 'm-2', buyer: 'b-3', placed: 40 });
      expect(await ingest(api, free)).toEqual(accepted(free.length));
      expect(await countOf(db, '"order"', "external_id = 'held-later'")).toBe(0);
      await holder.query('commit');
      expect(await held).toEqual(accepted(sale('held-later').length));
    } finally {
      holder.release(true);
    }
  });
});
