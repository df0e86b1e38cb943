import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Budgets } from '../../src/graphql/budget/budget.ts';
import { sweepBudgets } from '../../src/graphql/budget/budget.queries.ts';
import { networkOf } from '../../src/graphql/budget/callers.ts';
import { reader } from '../../src/db/tx.ts';
import { DEFAULT_ALLOWANCES, parseAllowances } from '../../src/kernel/allowance.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase, emptied } from '../kit/database.ts';
import { quiet } from '../kit/log.ts';

const db = aDatabase();
beforeEach(() => emptied(db));

const SLOW = { maximum: 1_000, restoreRate: 1 };
const aProcess = (clock = () => performance.now()) => new Budgets(db.pool, quiet, clock);

/** How many requests of so many points a process lets through, asked for one after the other. */
async function granted(budgets: Budgets, caller: string, points: number, times: number): Promise<number> {
  let count = 0;
  for (let i = 0; i < times; i++) count += (await budgets.take(caller, SLOW, points)).isGranted ? points : 0;
  return count;
}

describe('a budget', () => {
  it('is what a caller gets, and no more, until it comes back', async () => {
    let now = 0;
    const budgets = aProcess(() => now);

    expect(await granted(budgets, 'a', 10, 120)).toBe(1_000);
    const refused = await budgets.take('a', SLOW, 10);
    expect(refused.isGranted).toBe(false);
    expect(refused.available).toBeLessThan(5); // as much as came back meanwhile, by the database's clock
    expect(refused.retryMs).toBeCloseTo(10_000 - 1000 * refused.available);
    now += refused.retryMs;
    expect((await budgets.take('a', SLOW, 10)).isGranted).toBe(true);
    expect(await granted(budgets, 'b', 10, 5)).toBe(50);
    await budgets.close();
  });

  it('is shared by all processes, but for a fortieth of it for each of the others', async () => {
    const processes = Array.from({ length: 4 }, () => aProcess());
    const counts = await Promise.all(processes.map((budgets) => granted(budgets, 'a', 5, 300)));
    const all = counts.reduce((a, b) => a + b);

    expect(all).toBeGreaterThanOrEqual(SLOW.maximum * 0.9);
    expect(all).toBeLessThanOrEqual(SLOW.maximum + (3 * SLOW.maximum) / 40 + 10); // 10: what came back in 10 s at most
    await Promise.all(processes.map((budgets) => budgets.close()));
  });

  it('is not exceeded at all by what is larger than a fortieth of it, be it asked for at once', async () => {
    const processes = Array.from({ length: 4 }, () => aProcess());
    const taken = await Promise.all(
      processes.flatMap((budgets) => [1, 2, 3].map(async () => budgets.take('a', SLOW, 300))),
    );

    expect(taken.filter(({ isGranted }) => isGranted).length).toBeLessThanOrEqual(3);
    await Promise.all(processes.map((budgets) => budgets.close()));
  });

  it('is known to a process that comes later', async () => {
    const first = aProcess();
    expect(await granted(first, 'a', 100, 10)).toBe(1_000);
    await first.close();
    const second = aProcess();

    expect(await granted(second, 'a', 26, 1)).toBe(0); // more than a fortieth: it asks
    await second.close();
  });

  it('gets back what was not needed', async () => {
    const budgets = aProcess();
    await budgets.take('a', SLOW, 900);
    budgets.charge('a', SLOW, -890);

    expect(await budgets.take('a', SLOW, 980)).toMatchObject({ isGranted: true });
    await budgets.close();
  });

  it('writes nothing for a request: once a second for all, or once a fortieth of a budget', async () => {
    const budgets = aProcess();
    for (let caller = 0; caller < 50; caller++) await granted(budgets, `c${caller}`, 5, 4);

    expect((await db.pool.query('select from caller_budget')).rowCount).toBe(0);
    await budgets.settle();
    expect((await db.pool.query('select from caller_budget')).rowCount).toBe(50);
    await budgets.close();
  });

  it('leaves no row behind once it is full again', async () => {
    const fast = { maximum: 100, restoreRate: 100_000 };
    const budgets = aProcess();
    await budgets.take('a', fast, 50);
    await budgets.close();
    await pause(5);

    await sweepBudgets(reader(db.pool), 100);
    expect((await db.pool.query('select from caller_budget')).rowCount).toBe(0);
  });
});

describe('a caller that asks too much', () => {
  const budgets = {
    ...DEFAULT_ALLOWANCES,
    PUBLIC: { maximum: 20, restoreRate: 2 },
    BUYER: { maximum: 20, restoreRate: 2 },
    PARTNER: { maximum: 10, restoreRate: 1 },
  };
  const one = anApi(db, { budgets });
  const other = anApi(db, { budgets });
  const ASK = '{ a: merchant(id: "x") { id } b: merchant(id: "x") { grade { level } } viewer { role } }'; // 4 points

  it('is told so in the shape of GraphQL, and when to come back', async () => {
    const answers = [];
    for (let i = 0; i < 30; i++) answers.push(await one.ask(null, '{ viewer { role } }'));
    const refused = answers.find(({ status }) => status !== 200);

    expect(refused).toMatchObject({ status: 429, data: undefined, errors: [{ extensions: { code: 'THROTTLED' } }] });
    expect(Number(refused!.headers.get('retry-after'))).toBe(1);
    expect(refused!.headers.get('ratelimit')).toMatch(/^"points";r=0;t=\d+$/);
    expect(refused!.headers.get('ratelimit-policy')).toBe('"points";q=20;w=10');
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(20 + 2 * 10);
  });

  it('is told what it asked for, and what it has', async () => {
    await one.ask('PARTNER', ASK);
    await one.ask('PARTNER', '{ merchants(externalIds: ["a"]) { id } }');
    const { status, extensions } = await one.ask(
      'PARTNER',
      '{ merchants(externalIds: ["a","b","c","d","e","f","g","h","i"]) { id } }',
    );

    expect([status, extensions]).toMatchObject([
      429,
      {
        cost: {
          requestedQueryCost: 9,
          actualQueryCost: null,
          throttleStatus: { maximumAvailable: 10, restoreRate: 1 },
        },
      },
    ]);
  });

  it('finds no more at another process', async () => {
    const ask = (api: typeof one) =>
      Promise.all(Array.from({ length: 15 }, () => api.ask(['BUYER', 'buyer:b-1'], '{ viewer { role } }')));
    const granted = ({ status }: { status: number }) => status === 200;

    expect((await ask(one)).filter(granted)).toHaveLength(15);
    expect((await ask(other)).filter(granted).length).toBeLessThan(15);
  });

  it('pays for what cannot be run, too', async () => {
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await one.ask(['BUYER', 'buyer:b-2'], '{ nope }')).status);

    expect(statuses[0]).toBe(400);
    expect(statuses.at(-1)).toBe(429);
  });

  it('has a small budget for wrong tokens, and none of it is taken from those who have right ones', async () => {
    const wrong = () =>
      other.send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer a.b.c' },
        body: '{"query":"{ viewer { role } }"}',
      });
    const statuses: number[] = [];
    for (let i = 0; i < 230; i++) statuses.push((await wrong()).status);

    expect(statuses.slice(0, 200)).toEqual(Array.from({ length: 200 }, () => 401));
    expect(statuses.at(-1)).toBe(429);
    expect((await other.ask(null, '{ __typename }')).status).toBe(200);
  });

  it('takes nothing from anybody else', async () => {
    for (let i = 0; i < 12; i++) await one.ask('PARTNER', ASK);

    expect((await one.ask('PARTNER', ASK)).status).toBe(429);
    expect((await one.ask('ADMIN', ASK)).status).toBe(200);
  });

  it('is not known by its address', async () => {
    // Its address has used up what wrong sign-ins may cost: it takes a moment until anything is granted to it again.
    await vi.waitUntil(async () => (await one.ask(null, '{ viewer { role } }')).status === 200, 5000);
    const callers = async () =>
      (await db.pool.query<{ caller: string }>('select caller from caller_budget')).rows.map(({ caller }) => caller);
    await vi.waitUntil(async () => (await callers()).some((caller) => /^PUBLIC [\w-]{43}$/.test(caller)), 3000);

    expect((await callers()).filter((caller) => /127|::1/.test(caller))).toEqual([]);
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:0:7::1', '2001:db8:0:7'],
    ['2001:0db8:0000:0007:1:2:3:4', '2001:db8:0:7'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('of %s is one of the network %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});

describe('the setting of budgets', () => {
  it('changes those that it names', () => {
    expect(parseAllowances('PUBLIC=5:1, ADMIN=7:2')).toEqual({
      ...DEFAULT_ALLOWANCES,
      PUBLIC: { maximum: 5, restoreRate: 1 },
      ADMIN: { maximum: 7, restoreRate: 2 },
    });
    expect(parseAllowances('none')).toBeNull();
  });

  it.each(['PUBLIC', 'NOBODY=1:1', 'PUBLIC=0:1', 'PUBLIC=1:-1', 'PUBLIC=1:1;', ''])('refuses "%s"', (text) => {
    expect(() => parseAllowances(text)).toThrow('is no budget');
  });
});
