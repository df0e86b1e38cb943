import { beforeAll, describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { measuresOn } from '../sanctions/kit.ts';
import { aMarketplace, changesOn, DAY, rulesWith } from './policy-kit.ts';

const BACKTEST = `mutation ($input: BacktestPolicyInput!) { backtestPolicy(input: $input) {
  report userErrors { code message field }
  backtest { subjects changed asOf foretoldFrom changes { path text(locale: "zh-CN") }
    transitions { from to count } crossings { level upwards downwards examples }
    segments { by name subjects ratedBefore ratedAfter up down meanPoints }
    risers { externalId points } fallers { externalId name from to scoreBefore scoreAfter points causes { code points text } }
    foresightBefore { deals bad auc logLoss calibrationError } foresightAfter { deals bad auc logLoss calibrationError } } } }`;
const GRADES = `query ($asOf: DateTime, $before: String, $after: String) { merchantDirectory(first: 100) { nodes { externalId
  before: grade(policy: $before, asOf: $asOf) { level exactScore factors { kind points } }
  after: grade(policy: $after, asOf: $asOf) { level exactScore factors { kind points } } } } }`;

interface Side {
  readonly level: string;
  readonly exactScore: number | null;
  readonly factors: readonly { kind: string; points: number }[];
}
interface Graded {
  readonly externalId: string;
  readonly before: Side;
  readonly after: Side;
}

describe('backtestPolicy', () => {
  const db = aDatabase();
  const api = anApi(db, { clock: () => NOW });
  const { save, shadow } = changesOn(api);
  const run = async (input: Record<string, unknown>) => {
    const { data, errors } = await api.ask('ADMIN', BACKTEST, { input: { key: 'default', version: 2, ...input } });
    if (errors) throw new Error(errors[0]!.message);
    return data.backtestPolicy;
  };
  /** Every merchant under both versions, as the API grades it. */
  const graded = async (asOf: string | null): Promise<Graded[]> => {
    const { data } = await api.ask('ADMIN', GRADES, { before: 'default@1', after: 'default@2', asOf });
    return data.merchantDirectory.nodes;
  };

  beforeAll(async () => {
    await aMarketplace(db);
    await save(rulesWith({ badWeight: 3, minimum: { counterparties: 8, deals: 20 } }));
    await shadow(2, true); // so that the API can grade by it
    const { idOf, impose } = measuresOn(api);
    expect(await impose({ subjectId: await idOf('merchant', 'm-0001') })).toMatchObject({ userErrors: [] });
  }, 60_000);

  it('finds for every merchant what the API would grade it under either version', async () => {
    const { backtest, report } = await run({});
    const all = await graded(null);
    const pairs = Map.groupBy(all, ({ before, after }) => `${before.level} ${after.level}`);

    expect(backtest.subjects).toBe(all.length);
    expect(backtest.transitions).toHaveLength(pairs.size);
    for (const { from, to, count } of backtest.transitions) expect(pairs.get(`${from} ${to}`)).toHaveLength(count);
    expect(backtest.changed).toBe(all.filter(({ before, after }) => before.level !== after.level).length);
    expect(backtest.changed).toBeGreaterThan(3);
    expect(report.transitions.flat().reduce((sum: number, count: number) => sum + count, 0)).toBe(all.length);
    expect(report).toMatchObject({ before: { key: 'default', version: 1 }, after: { key: 'default', version: 2 } });
  });

  it('names those who move most, by how much and why', async () => {
    const { backtest } = await run({});
    const all = await graded(null);
    const moved = all
      .filter(({ before, after }) => before.exactScore !== null && after.exactScore !== null)
      .map((each) => ({ ...each, points: each.after.exactScore! - each.before.exactScore! }))
      .toSorted((a, b) => a.points - b.points);

    expect(backtest.risers).toEqual([]);
    expect(backtest.fallers.map(({ points }: { points: number }) => points)).toEqual(
      moved.slice(0, 10).map(({ points }) => expect.closeTo(points, 9)),
    );
    const [worst] = backtest.fallers;
    const own = all.find(({ externalId }) => externalId === worst.externalId)!;
    const pointsOf = (side: Side, kind: string) => side.factors.find((factor) => factor.kind === kind)?.points ?? 0;
    for (const { code, points, text } of worst.causes) {
      expect(points).toBeCloseTo(pointsOf(own.after, code) - pointsOf(own.before, code), 9);
      expect(text).toMatch(/: [+-]\d+\.\d points$/);
    }
    expect(worst.causes.length).toBeGreaterThan(0);
  });

  it('counts who crosses which cut, and sorts everyone by category, size and age', async () => {
    const { backtest } = await run({});
    const levels = ['AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'C', 'D'];
    for (const { level, downwards, upwards, examples } of backtest.crossings) {
      const place = levels.indexOf(level);
      const crossing = backtest.transitions
        .filter(
          ({ from, to }: Record<string, string>) =>
            levels.indexOf(from!) >= 0 && levels.indexOf(from!) <= place && levels.indexOf(to!) > place,
        )
        .reduce((sum: number, { count }: { count: number }) => sum + count, 0);
      expect([downwards, upwards, examples.length]).toEqual([crossing, 0, Math.min(3, crossing)]);
    }
    for (const by of ['CATEGORY', 'SIZE', 'AGE']) {
      const ofKind = backtest.segments.filter((segment: { by: string }) => segment.by === by);
      const sum = (field: string) =>
        ofKind.reduce((total: number, each: Record<string, number>) => total + each[field]!, 0);
      expect([by, sum('subjects')]).toEqual([by, backtest.subjects]);
      expect(sum('down')).toBe(
        backtest.segments
          .filter((each: { by: string }) => each.by === 'AGE')
          .reduce((total: number, each: { down: number }) => total + each.down, 0),
      );
      expect(ofKind.length).toBeGreaterThan(1);
    }
    expect(backtest.segments.map(({ name }: { name: string }) => name)).toContain('10–99 deals');
  });

  it('grades as of an earlier day, and foretells from the day that is asked for', async () => {
    const to = new Date(NOW - 100 * DAY).toISOString().slice(0, 10);
    const from = new Date(NOW - 200 * DAY).toISOString().slice(0, 10);
    const { backtest } = await run({ from, to });
    const all = await graded(`${to}T23:59:59.999Z`);

    expect(backtest.asOf).toBe(`${to}T23:59:59.999Z`);
    expect(backtest.foretoldFrom).toBe(`${from}T00:00:00.000Z`);
    const pairs = Map.groupBy(all, ({ before, after }) => `${before.level} ${after.level}`);
    // Those of whom nothing had happened yet have a book by now, and were not rated then.
    for (const { from: one, to: other, count } of backtest.transitions)
      expect([one, other, pairs.get(`${one} ${other}`)?.length]).toEqual([one, other, count]);
    const { rows } = await db.pool.query<{ outcome: string; count: number }>(
      `select case when kind in (1, 12) then 'good' else 'bad' end as outcome, sum(1 - revision % 2 * 2)::int as count
         from posting where kind in (1, 2, 3, 5, 12, 13) and occurred_at > $1 and occurred_at <= $2 group by 1 order by 1`,
      [`${from}T00:00:00Z`, `${to}T23:59:59.999Z`],
    );
    const { deals, bad } = backtest.foresightBefore;
    expect({ bad, good: deals - bad }).toEqual(Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count])));
  });

  it('measures how well both foretell: better than chance, in numbers that mean what they say', async () => {
    const { foresightBefore, foresightAfter, changes } = (await run({})).backtest;

    for (const { auc, logLoss, calibrationError, deals, bad } of [foresightBefore, foresightAfter]) {
      expect(auc).toBeGreaterThan(0.6);
      const share = bad / deals;
      expect(logLoss).toBeLessThan(-(share * Math.log(share) + (1 - share) * Math.log(1 - share)) * 1.2);
      expect(calibrationError).toBeGreaterThanOrEqual(0);
      expect(calibrationError).toBeLessThan(0.2);
    }
    expect(changes.map(({ path }: { path: string }) => path)).toEqual([
      'badWeight',
      'minimum.deals',
      'minimum.counterparties',
    ]);
    expect(changes[0].text).toBe('负面记录的权重为 3（此前 1.5）。');
  });

  it('writes nothing', async () => {
    const tables = ['standing', 'tally', 'posting', 'policy_version', 'policy_step', 'keyed_call', 'note'];
    const contents = async () => {
      const sums = tables.map((table) => `(select md5(string_agg(t::text, '' order by t::text)) from ${table} t)`);
      return (await db.pool.query(`select array[${sums.join(',')}] as sums`)).rows;
    };
    const before = await contents();
    await run({});

    expect(await contents()).toEqual(before);
  });

  it.each([
    [{ version: 9 }, 'POLICY_UNKNOWN'],
    [{ subjectKind: 'CARRIER' }, 'POLICY_UNKNOWN'],
    [{ key: 'taobao-levels', version: 1 }, 'NOT_BACKTESTABLE'],
    [{ from: '2027-01-01' }, 'ASOF_IN_FUTURE'],
    [{ from: '2026-11-02', to: '2026-11-01' }, 'RANGE_INVALID'],
    [{ to: '1990-01-01' }, 'ASOF_TOO_OLD'],
  ])('refuses %j', async (input, code) => {
    expect((await run(input)).userErrors).toMatchObject([{ code }]);
  });

  it('is for administrators only, and one at a time', async () => {
    const { errors } = await api.ask('MODERATOR', BACKTEST, { input: { key: 'default', version: 2 } });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    const answers = await Promise.all([run({}), run({})]);
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code))).toEqual([
      'BACKTEST_RUNNING',
    ]);
    expect((await run({})).userErrors).toEqual([]);
  });

  it('compares buyers and products, too', async () => {
    for (const subjectKind of ['BUYER', 'PRODUCT']) {
      const { backtest } = await run({ subjectKind, version: 1 });
      expect(backtest.changed).toBe(0);
      expect(backtest.subjects).toBeGreaterThan(10);
    }
  });
});
