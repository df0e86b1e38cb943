import { beforeAll, describe, expect, it } from 'vitest';
import { forgetInquiries } from '../../src/inquiries/inquiries.job.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import { orders, take } from '../grades/fixtures.ts';
import { aPartner, type APartner } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now });

let bank: APartner;
beforeAll(async () => {
  await take(db, orders('shop', 2));
  bank = await aPartner(api, 'Bank');
});

describe('inquiries', () => {
  it('are forgotten after 25 months, and not before', async () => {
    await bank.ask('{ merchant(externalId: "shop") { grade { level } } }');
    now += 1;
    await bank.ask('{ merchant(externalId: "shop") { rating { count } } }');
    const left = async (at: string): Promise<string[][]> => {
      await forgetInquiries(db.pool).run(Date.parse(at));
      const { rows } = await db.pool.query<{ taken: string[] }>('select taken from grade_inquiry order by at');
      return rows.map(({ taken }) => taken);
    };

    expect(await left('2028-12-21T12:00:00.000Z')).toEqual([['GRADE'], ['RATING']]);
    expect(await left('2028-12-21T12:00:00.001Z')).toEqual([['RATING']]);
    expect(await left('2028-12-22T12:00:00.000Z')).toEqual([]);
  });
});
