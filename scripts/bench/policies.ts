import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { openDatabase } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { buildPolicy } from '../../src/grades/building.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { credence } from './process.ts';
import { atLeast, atMost, type Scenario } from './scenario.ts';

/** The bar: 100,000 merchants with 10 million postings in a minute. Of a smaller history, as much less. */
const SECONDS_A_POSTING = 60 / 10_000_000;
const POSTINGS_AN_ORDER = 10;
const ORDERS_A_MERCHANT = 10;

const PRESET = path.resolve(import.meta.dirname, '../../src/grades/presets/default-merchant.json');

/** A ledger of merchants alone, in order of time as an intake leaves it; ten postings for each of `--orders`. */
export const policyChange: Scenario = async ({ dir, orders }) => {
  const dataDir = path.join(dir, 'policies');
  const [merchants, postings] = [Math.ceil(orders / ORDERS_A_MERCHANT), orders * POSTINGS_AN_ORDER];
  const limits = { statementTimeoutMs: 0 };
  const database = await openDatabase({ url: null, dataDir, entities: [], limits });
  const { pool } = database;
  await fill(pool, merchants, postings);
  await ensureDefaultPolicies(reader(pool), Date.now());
  const file = path.join(dir, 'strict.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(PRESET, 'utf8')), badWeight: 2 }));
  const { lastLine, peakMb } = await credence(['policy', 'backtest', file, '--json'], dataDir);
  const { seconds } = JSON.parse(lastLine) as { seconds: number };
  const building = await buildingOf(pool);
  await database.close();
  const size = `${merchants} merchants, ${postings} postings`;
  return [
    atMost(`backtest: ${size}`, seconds, 's', postings * SECONDS_A_POSTING),
    atMost(`backtest: ${size}: memory`, peakMb, 'MB', 1024),
    atLeast(`building standings: ${size}`, postings / building, 'postings/s', 50_000),
  ];
};

async function fill(pool: Pool, merchants: number, postings: number): Promise<void> {
  const merchantId = (number: string) => `('01900000-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
  await pool.query('select setseed(0.5)');
  await pool.query(
    `insert into merchant (id, external_id, name, recorded_at)
     select ${merchantId('i')}, 'm-' || i, 'Shop ' || i, now() from generate_series(0, ${merchants - 1}) i`,
  );
  await pool.query(
    `insert into posting (subject_id, fact_id, kind, revision, occurred_at, recorded_at, counterparty_id, amount, currency,
                          reliability, experience, is_purchase, pair_rank, is_held)
     select ${merchantId('m')}, gen_random_uuid(), kind, 0, now() - interval '730 days' * (1 - i::float8 / ${postings}), now(),
            ('02000000-0000-7000-8000-' || lpad(to_hex((random() * ${merchants} * 20)::bigint), 12, '0'))::uuid,
            (500 + random() ^ 3 * 50000)::bigint, 'EUR', case when kind >= 7 then 80000000 end,
            case when kind >= 7 then (random() * 3e8)::bigint end, true, 0, false
       from (select i, m, case when r < 0.6 * (1 - bad) then 1 when r < 0.6 then 2 when r < 0.62 then 5
                               when r < 0.92 - 0.6 * bad then 7 else 11 end as kind
               from (select i, m, random() as r, 0.02 + (m % 97) / 97.0 * 0.3 as bad
                       from (select i, floor(${merchants} * random() ^ 1.5)::int as m from generate_series(1, ${postings}) i) a) b) c`,
  );
  await pool.query(
    `insert into tally (subject_id, subject_kind, counts, counterparties, first_day, last_day, stars, average, verified, excluded,
                        dimension_counts, dimension_sums, consensus_sum, consensus_weight)
     select subject_id, 0, array[count(*) filter (where kind = 1), count(*) filter (where kind = 2), 0, 0,
              count(*) filter (where kind = 5), 0, count(*) filter (where kind = 7), 0, 0, 0, count(*) filter (where kind = 11),
              0, 0, 0, 0, 0]::int[], count(distinct counterparty_id),
            floor(extract(epoch from min(occurred_at) filter (where kind < 3)) / 86400)::int,
            floor(extract(epoch from max(occurred_at) filter (where kind < 3)) / 86400)::int,
            '{0,0,0,0,0}', null, 0, 0, '{0,0,0}', '{0,0,0}', 0, 0 from posting group by subject_id`,
  );
  await pool.query('vacuum analyze');
}

/** Seconds to build every standing under another version, which is then brought into force. */
async function buildingOf(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into policy_version (id, key, version, subject_kind, document, state, note, recorded_at)
     select gen_random_uuid(), key, 2, subject_kind, document || '{"badWeight": 2}', 'APPROVED', 'A benchmark.', now()
       from policy_version where subject_kind = 'MERCHANT' and key = 'default' returning id`,
  );
  const startedAt = performance.now();
  await buildPolicy(pool, rows[0]!.id, Date.now);
  return (performance.now() - startedAt) / 1000;
}
