import { describe, expect, it } from 'vitest';
import { aDatabase } from '../kit/database.ts';
import { bringInto, csv } from './import-kit.ts';

describe('an import into the database', () => {
  const database = aDatabase();
  const count = async (table: string, where = 'true') =>
    Number((await database.pool.query(`select count(*) from ${table} where ${where}`)).rows[0].count);
  const bringIn = (...args: string[]) => bringInto(database, ...args);

  const HEADER = 'order,merchant,buyer,currency,amountMinor,placedAt,paidAt,shippedAt,deliveredAt';
  const begun = csv(
    HEADER,
    'o-1,m-1,b-1,CNY,2600,2026-01-02,2026-01-02,,',
    'o-2,m-1,b-2,CNY,900,2026-01-03,,2026-01-01,',
  );
  const goneOn = csv(HEADER, 'o-1,m-1,b-1,CNY,2600,2026-01-02,2026-01-02,2026-01-04,2026-01-09');

  it('takes rows whole, even where a clock was wrong', async () => {
    expect(await bringIn('--mapping', 'orders', begun)).toMatchObject({ accepted: 2, rejected: 0, pending: 0 });
    expect(await count('"order"', "external_id = 'o-2' and shipped_at is not null")).toBe(1);
    expect(await count('pending_event')).toBe(0);
  });

  it('adds nothing the second time', async () => {
    const before = await count('posting');
    expect(await bringIn('--mapping', 'orders', begun)).toMatchObject({ accepted: 0, duplicates: 2 });
    expect(await count('posting')).toBe(before);
  });

  it('adds what is new to a row that has grown', async () => {
    expect(await bringIn('--mapping', 'orders', goneOn)).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(await count('"order"', "external_id = 'o-1' and delivered_at is not null")).toBe(1);
  });

  it('takes reviews with and without orders, and scores the first alone', async () => {
    const file = csv(
      'review,order,merchant,buyer,stars,occurredAt',
      'r-1,o-1,,,5,2026-01-12',
      'r-2,,m-1,b-9,1,2026-01-12',
      'r-3,o-404,,,5,2026-01-12',
    );
    expect(await bringIn('--mapping', 'reviews', file)).toMatchObject({ accepted: 3, pending: 1, rejected: 0 });
    expect(await count('review', "status = 'UNVERIFIED'")).toBe(1);
    expect(await count('review', "status = 'COUNTED' and verification = 'DELIVERED'")).toBe(1);
  });
});
