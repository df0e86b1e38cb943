import { beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../src/kernel/refusal.ts';
import { run } from '../../src/rewards/rewards.command.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { settle } from './kit.ts';

const db = aDatabase();
async function rewards(...args: string[]): Promise<{ status: number | Refusal; out: string; err: string }> {
  process.env['DATABASE_URL'] = db.url;
  const said = { out: '', err: '' };
  const io = { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) };
  const status = await run(args, io).catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });
  return { status, ...said };
}

beforeAll(async () => {
  await takeEvents(db, [
    ...eventsOf({ order: 'o-1', buyer: 'ann', placed: 60, stars: 5, text: 'Sturdy, and just as it was described.' }),
    ...eventsOf({ order: 'o-2', buyer: 'ben', placed: 60 }),
  ]);
  await settle(db);
});

describe('credence rewards check', () => {
  it('finds that all is as facts and books say, and passes over what is not settled yet', async () => {
    await takeEvents(db, [anEvent('order.refunded', daysAgo(1), { order: 'o-2', amount: 5, cause: 'CHANGED_MIND' })]);
    expect(await rewards('check', '--json')).toEqual({ status: 0, err: '', out: '{"grants":5,"differing":0}\n' });
    await settle(db, NOW);
    expect(await rewards('check')).toEqual({ status: 0, err: '', out: '5 grants: all is as facts and books say.\n' });
  });

  it('names what is off, and ends with 1', async () => {
    await db.pool.query(`update reward_grant set points = 7 where rule = 'ORDER_KEPT' and revision = 0`);
    await db.pool.query(`update reward_grant set revision = 0 where rule = 'ORDER_KEPT' and revision = 1`);
    await db.pool.query(`delete from reward_grant where rule = 'REVIEW_WITH_TEXT'`);
    const { status, err } = await rewards('check');

    expect(status).toBe(1);
    expect(err).toMatch(/by ORDER_KEPT is of 7 points, the books say 10/);
    expect(err).toMatch(/by ORDER_KEPT is not what its fact says/);
    expect(err).toMatch(/is no grant's/);
  });

  it('says how it is used', async () => {
    expect((await rewards('--help')).out).toContain('rewards check');
    expect((await rewards()).status).toMatchObject({ code: 'USAGE' });
  });
});
