import path from 'node:path';
import { openDatabase } from '../../src/db/database.ts';
import { reader, type Reader } from '../../src/db/tx.ts';
import { rebuildStandings } from '../../src/evidence/rebuild.ts';
import { pastBalance, pastBalances, type PastQuestion } from '../../src/evidence/past.ts';
import { VOLUME_ENTRIES } from '../../src/evidence/volume-size.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { activePolicies } from '../../src/grades/policies.loaders.ts';
import { ratingsAfter, ratingUpTo } from '../../src/grades/ratings.queries.ts';
import { chance } from './history.ts';
import { atMost, type Result, type Scenario } from './scenario.ts';

const POSTINGS = 1_000_000;
const REVIEWS = 100_000;
const DAYS = 1000;
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const MERCHANT = '00000000-0000-7000-8000-000000000001';
const WARM_UP = 20;
const ROUNDS = 300;

/**
 * So many entries of one merchant in so many days, by a long tail of buyers. One fact in twelve is a bad review that is taken back within
 * thirty days. $4: how long before the end all that had happened was brought in at once; null: each was recorded as it happened.
 */
const ENTRIES = `
insert into posting (subject_id, fact_id, kind, revision, occurred_at, recorded_at, counterparty_id, amount, currency, reliability,
                     experience, is_purchase, pair_rank, is_held, volume, first_step)
with fact as (
  select i, hashint8(i) & 1023 as dice, $2::timestamptz - make_interval(secs => 86400.0 * $3 * (1 - i / $1::float8) + 60) as occurred_at,
         floor($1 * 0.4 * power(abs(hashint8(i + 7)) / 2147483648.0, 2))::int as buyer
    from generate_series(1, $1 * 12 / 13) as i),
timed as (select *, greatest(occurred_at, $2::timestamptz - $4::interval) as recorded_at from fact),
entry as (
  select i, 0 as revision, dice, buyer, occurred_at, recorded_at from timed union all
  select i, 1, dice, buyer, occurred_at,
         least(recorded_at + make_interval(secs => 86400.0 * 30 * (abs(hashint8(i + 3)) / 2147483648.0)), $2)
    from timed where dice < 85),
bound as (
  select *, (row_number() over (order by recorded_at, i, revision) - 1) / ${VOLUME_ENTRIES} as volume,
         case when dice >= 85 then row_number() over (partition by buyer, dice >= 85 order by occurred_at) end as nth
    from entry)
select '${MERCHANT}', ('00000000-0000-7000-9000-' || lpad(to_hex(i), 12, '0'))::uuid,
       case when dice < 85 then 11 when dice < 500 then 1 when dice < 520 then 2 when dice < 540 then 4 when dice < 900 then 7
            when dice < 980 then 8 else 9 end,
       revision, occurred_at, recorded_at,
       case when dice >= 85 then ('00000000-0000-7000-a000-' || lpad(to_hex(buyer), 12, '0'))::uuid end,
       1000 + dice, 'USD', 80000000, 0, true, 0, false, volume, case when nth = 1 then 1 else 0 end
  from bound`;

const TALLIES = `
insert into tally (subject_id, subject_kind, counts, counterparties, stars, verified, excluded, dimension_counts, dimension_sums,
                   consensus_sum, consensus_weight, volume)
select subject_id, 0, '{0}', 0, '{0,0,0,0,0}', 0, 0, '{0,0,0}', '{0,0,0}', 0, 0, max(volume) from posting group by subject_id`;

const RATINGS = `
insert into review (merchant_id, id, author_id, stars, valence, description, text, channel, incentivized, occurred_at, recorded_at, status,
                    verification, is_network_rating, reliability, experience, agree_gain, disagree_gain, experience_gain, consensus_gain,
                    weight_gain)
select '${MERCHANT}', ('00000000-0000-7000-b000-' || lpad(to_hex(i), 12, '0'))::uuid, '${MERCHANT}', 1 + abs(hashint8(i)) % 5, 0, 4,
       repeat('good ', 20), 'ORGANIC', false, $2::timestamptz - make_interval(secs => 86400.0 * $3 * (1 - i / $1::float8) + 60), $2,
       case when i % 50 = 0 then 'VOIDED' else 'COUNTED' end, 'DELIVERED', false, 0, 0, 0, 0, 0, 0, 0
  from generate_series(1, $1) as i`;

async function fill(db: Reader, broughtIn: string | null): Promise<void> {
  for (const table of ['posting', 'tally', 'standing', 'ledger_volume', 'checkpoint'])
    await db.query('', `delete from ${table}`);
  await db.query('', ENTRIES, [POSTINGS, new Date(NOW), DAYS, broughtIn]);
  await db.query('', TALLIES);
  await db.query('', 'vacuum analyze posting');
}

/** The median, and what 99 of 100 questions take at most, in milliseconds. */
async function timesOf(name: string, ask: () => Promise<unknown>, limit: number): Promise<Result[]> {
  const times: number[] = [];
  for (let i = -WARM_UP; i < ROUNDS; i++) {
    const startedAt = performance.now();
    await ask();
    if (i >= 0) times.push(performance.now() - startedAt);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (ROUNDS - 1))]!;
  return [atMost(`${name}: p50`, at(0.5), 'ms', limit), atMost(`${name}: p99`, at(0.99), 'ms', limit)];
}

/** One merchant with a million postings and a hundred thousand reviews, asked for any moment of its past. */
export const past: Scenario = async ({ dir }) => {
  const limits = { statementTimeoutMs: 0 };
  const database = await openDatabase({ url: null, dataDir: path.join(dir, 'past'), entities: [], limits });
  try {
    const db = reader(database.pool);
    await ensureDefaultPolicies(db, NOW);
    const merchants = (await activePolicies(db, NOW)).find(({ subjectKind }) => subjectKind === 'MERCHANT')!;
    const { id: policyId, policy } = merchants;
    const question = (knownAt: number): PastQuestion => ({ subjectId: MERCHANT, policyId, policy, knownAt });
    const next = chance(1);
    const anyTime = (from = NOW - DAYS * DAY_MS) => Math.floor(from + next() * (NOW - from));
    const dayEnds = Array.from({ length: 399 }, (_, i) => Math.floor(NOW / DAY_MS) * DAY_MS - (398 - i) * DAY_MS - 1);
    const results: Result[] = [];
    for (const [how, broughtIn] of [
      ['as it happened', null],
      ['40 days ago', '40 days'],
    ] as const) {
      await fill(db, broughtIn);
      await rebuildStandings(database.pool, foldingsAt(NOW), NOW);
      await db.query('', 'vacuum analyze checkpoint');
      const told = `past of ${POSTINGS} postings, recorded ${how}`;
      results.push(
        ...(await timesOf(`${told}, known now`, () => pastBalance(db, question(NOW), anyTime()), 50)),
        ...(await timesOf(`${told}, known at any time`, () => anyMoment(db, question, anyTime), 50)),
        ...(await timesOf(`${told}, 400 days`, () => pastBalances(db, question(NOW), [...dayEnds, NOW]), 50)),
      );
    }
    return [...results, ...(await ratings(db, anyTime))];
  } finally {
    await database.close();
  }
};

function anyMoment(db: Reader, question: (knownAt: number) => PastQuestion, anyTime: (from?: number) => number) {
  const asOf = anyTime();
  return pastBalance(db, question(anyTime(asOf)), asOf);
}

async function ratings(db: Reader, anyTime: () => number): Promise<Result[]> {
  await db.query('', RATINGS, [REVIEWS, new Date(NOW), DAYS]);
  await db.query('', 'vacuum analyze review');
  const rated = { merchantId: MERCHANT, productId: null };
  const middle = NOW - (DAYS / 2) * DAY_MS;
  return timesOf(
    `rating of ${REVIEWS} reviews, of the past`,
    () => {
      const asOf = anyTime();
      return asOf > middle ? ratingsAfter(db, rated, asOf) : ratingUpTo(db, rated, asOf);
    },
    50,
  );
}
