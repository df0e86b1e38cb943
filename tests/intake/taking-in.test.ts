import { describe, expect, it } from 'vitest';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, takeEvents } from '../kit/events.ts';

describe('taking in', () => {
  const database = aDatabase();
  const count = async (table: string, where = 'true') =>
    Number((await database.pool.query(`select count(*) from ${table} where ${where}`)).rows[0].count);

  it('turns a story into facts, postings and balances at once', async () => {
    const outcomes = await takeEvents(database, eventsOf({ order: 'o-1', placed: 40, stars: 5, product: 'p-1' }));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(6).fill('ACCEPTED'));
    expect(await count('"order"')).toBe(1);
    expect(await count('review', "status = 'COUNTED' and verification = 'KEPT'")).toBe(1);
    expect(await count('posting')).toBe(5); // delivered: merchant, product; kept: buyer; review: merchant, product
  });

  it('takes a repeat for what it is', async () => {
    const before = await count('posting');
    const outcomes = await takeEvents(database, eventsOf({ order: 'o-1', placed: 40, stars: 5, product: 'p-1' }));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(6).fill('DUPLICATE'));
    expect(await count('posting')).toBe(before);
  });

  it('refuses another content under the same identity', async () => {
    const [placed] = eventsOf({ order: 'o-1', placed: 40, amount: 1 });
    const [outcome] = await takeEvents(database, [placed!]);
    expect(outcome).toMatchObject({ status: 'REJECTED', code: 'EVENT_ID_REUSED' });
  });

  it('lets an event wait for its order', async () => {
    const [placed, paid, , delivered] = eventsOf({ order: 'o-2', placed: 30 });
    expect(await takeEvents(database, [delivered!])).toEqual([{ status: 'PENDING' }]);
    expect(await takeEvents(database, [paid!])).toEqual([{ status: 'PENDING' }]);
    expect(await takeEvents(database, [placed!])).toEqual([{ status: 'ACCEPTED' }]);
    expect(await count('"order"', "external_id = 'o-2' and delivered_at is not null and paid_at is not null")).toBe(1);
    expect(await count('pending_event')).toBe(0);
  });

  it('refuses a second review of an order', async () => {
    const second = anEvent('review.posted', daysAgo(2), { review: 'r-other', order: 'o-1', stars: 1 });
    expect(await takeEvents(database, [second])).toMatchObject([{ status: 'REJECTED', code: 'REVIEW_EXISTS' }]);
    expect(await count('fact_key', "external_id = 'r-other'")).toBe(0);
  });
});
