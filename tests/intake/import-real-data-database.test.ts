import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkStandings } from '../../src/evidence/check.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { credence } from '../kit/command.ts';
import { aDatabase } from '../kit/database.ts';
import { HASH_SECRET, NOW } from '../kit/events.ts';
import { balancesOf } from '../kit/state.ts';
import { aFile, bringInto } from './import-kit.ts';

/** Real data whose licences keep it out of the project. */
const data = path.resolve(import.meta.dirname, '../../../shared/data');
const olist = path.join(data, 'olist/orders.csv');
const ratings = path.join(data, 'bitcoin-alpha/ratings.csv');
const SLOW = { timeout: 60_000 };

describe.skipIf(!fs.existsSync(olist))('the orders of Olist (skipped where ../shared/data is absent)', () => {
  const database = aDatabase();
  const count = async (table: string) =>
    Number((await database.pool.query(`select count(*) from ${table}`)).rows[0].count);

  it('come in by the command to the last row, and every balance is what its postings add up to', SLOW, async () => {
    const secret = HASH_SECRET.toString('base64url');
    const env = { DATABASE_URL: database.url, CREDENCE_TOKEN_SECRET: secret, CREDENCE_HASH_SECRET: secret };
    const { status, out, err } = await credence(env, 'import', '--mapping', 'olist', olist, '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ read: 12_751, accepted: 11_976, duplicates: 0, rejected: 775 });

    expect(await Promise.all([count('"order"'), count('review'), count('pending_event')])).toEqual([11_976, 11_948, 0]);
    expect((await checkStandings(database.pool, foldingsAt(NOW))).differences).toEqual([]);
  });

  it('add nothing the second time', SLOW, async () => {
    const before = await balancesOf(database);
    expect(await bringInto(database, '--mapping', 'olist', olist)).toMatchObject({ accepted: 0, duplicates: 11_976 });
    expectSame(await balancesOf(database), before);
  });
});

describe.skipIf(!fs.existsSync(ratings))(
  'the ratings of Bitcoin Alpha (skipped where ../shared/data is absent)',
  () => {
    const [database, other] = [aDatabase(), aDatabase()];

    it(
      'give the same bits from a file whose rows were shuffled, though most share their instant with others',
      SLOW,
      async () => {
        const shuffledFile = aFile(shuffled(fs.readFileSync(ratings, 'utf8')));
        for (const [into, file] of [
          [database, ratings],
          [other, shuffledFile],
        ] as const)
          expect(await bringInto(into, '--mapping', 'ratings', file)).toMatchObject({ accepted: 24_186, rejected: 0 });

        expectSame(await balancesOf(other), await balancesOf(database));
        expect((await checkStandings(other.pool, foldingsAt(NOW))).differences).toEqual([]);
      },
    );

    it('add nothing the second time', SLOW, async () => {
      const before = await balancesOf(database);
      expect(await bringInto(database, '--mapping', 'ratings', ratings)).toMatchObject({ duplicates: 24_186 });
      expectSame(await balancesOf(database), before);
    });
  },
);

/** There are a hundred thousand: they are compared one by one only where they differ. */
function expectSame(balances: object, expected: object): void {
  const isSame = JSON.stringify(balances) === JSON.stringify(expected);
  expect(isSame ? expected : balances).toEqual(expected);
  expect(Object.keys(balances).length).toBeGreaterThan(10_000);
}

/** All rows in another order, the same each time: a step that has no factor in common with their number comes by each once. */
function shuffled(text: string): string {
  const [header, ...rows] = text.trimEnd().split('\n');
  const places = rows.map((_, i) => (i * 7919 + 13) % rows.length);
  expect(new Set(places).size).toBe(rows.length);
  return `${[header, ...places.map((place) => rows[place])].join('\n')}\n`;
}
