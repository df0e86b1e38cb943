import path from 'node:path';
import type { Pool } from 'pg';
import pg from 'pg';
import { carryOut, type Decision } from '../../src/cases/carry-out.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { inTransaction, reader } from '../../src/db/tx.ts';
import { entities } from '../../src/entities.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { decisionAbout, tradeOf, type Ring } from './penalty.ts';
import { parentOf } from './processor.ts';
import { recording, writeAgain } from './recorded.ts';
import type { Result, Scenario } from './scenario.ts';
import { comparedTo, taken, type Player } from './turns.ts';

const ROUNDS = 5;
const FIRST_PLACE = 10; // of the names of merchants and buyers
const HONEST = 2_000; // orders beside each ring
const RING: Ring = { name: '100 accounts, 10 merchants', authors: 100, merchants: 10 };

/**
 * A ring of 1,000 beside its limit, which writes the same rows by statements and COPY that were written down elsewhere, and beside what
 * one would write by hand without a ledger that can be added up: reviews and postings reversed, and averages counted anew. Each on a
 * database of its own, all alike; another ring in each round.
 */
export const penalizeAgainst: Scenario = async ({ dir }): Promise<Result[]> => {
  const dataDir = path.join(dir, 'penalize-limit');
  const now = Date.now();
  const cluster = await startEmbedded({ dataDir: path.join(dataDir, 'postgres') });
  const opened: Database[] = [];
  try {
    const base = await openDatabase({ url: cluster.url(), dataDir, entities: [] });
    await ensureDefaultPolicies(reader(base.pool), now);
    for (let round = 0; round <= ROUNDS; round++) await tradeOf(base.pool, RING, FIRST_PLACE + round, HONEST, now);
    await base.pool.query('vacuum analyze');
    await base.close(); // nobody may be connected to what is copied
    for (const name of ['ours', 'written_down', 'limit', 'by_hand']) {
      await copied(cluster.url('postgres'), name);
      opened.push(await openDatabase({ url: cluster.url(name), dataDir, entities, migrate: false }));
    }
    const [ours, writtenDown, limit, byHand] = opened.map(({ pool }) => pool) as [Pool, Pool, Pool, Pool];
    const { rows } = await ours.query<{ pid: number }>('select pg_backend_pid() as pid');
    const decisions: Decision[] = [];
    let writes: Parameters<typeof recording>[1] = [];
    const players: readonly Player[] = [
      {
        name: 'credence',
        prepare: async (round) => {
          decisions[round] = await decisionAbout(ours, FIRST_PLACE + round, now);
        },
        play: (round) => carriedOut(ours, decisions[round]!, now),
      },
      {
        name: 'limit',
        prepare: async (round) => {
          writes = [];
          await carriedOut(writtenDown, decisions[round]!, now, writes);
        },
        play: () => writeAgain(limit, writes),
      },
      { name: 'recount', play: (round) => voidedByHand(byHand, decisions[round]!, now) },
    ];
    const turns = await taken(players, ROUNDS, parentOf(rows[0]!.pid));
    return comparedTo('penalizing a ring of 1,000', turns, players, { most: 3, least: 0.2 });
  } finally {
    for (const database of opened) await database.close();
    await cluster.stop();
  }
};

async function copied(adminUrl: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${admin.escapeIdentifier(name)} template credence`);
  await admin.end();
}

const carriedOut = (
  pool: Pool,
  decision: Decision,
  now: number,
  writes?: Parameters<typeof recording>[1],
): Promise<unknown> =>
  inTransaction(pool, async (tx) =>
    carryOut(writes ? recording(tx, writes) : tx, decision, { now, foldings: await foldingsAt(now)(tx) }),
  );

async function voidedByHand(pool: Pool, { id, reviews }: Decision, now: number): Promise<void> {
  const client = await pool.connect();
  const ids = [reviews.map(({ merchantId }) => merchantId), reviews.map((review) => review.id)];
  try {
    await client.query('begin');
    await client.query({ name: 'void', text: VOID, values: [...ids, new Date(now), id] });
    await client.query({ name: 'reverse', text: REVERSE, values: [ids[1], new Date(now)] });
    await client.query({ name: 'recount', text: RECOUNT, values: [ids[0]] });
    await client.query('commit');
  } finally {
    client.release();
  }
}

const VOID = `
with named as (select * from unnest($1::uuid[], $2::uuid[]) as named (merchant_id, id)),
before as (select merchant_id, id, status from review join named using (merchant_id, id) for update of review),
voided as (update review r set status = 'VOIDED' from before b where r.merchant_id = b.merchant_id and r.id = b.id)
insert into review_void (merchant_id, review_id, status_before, ground, statement, voided_by, voided_at, receipt_id)
select merchant_id, id, status, 'COLLUSION_RING', 'A benchmark.', 'ADMIN:alice', $3, $4 from before`;

/** Whose they are follows from the reviews: merchants, products and authors. */
const REVERSE = `
with concerned as (
  select id as fact_id, unnest(array[merchant_id, product_id, author_id]) as subject_id from review where id = any($1::uuid[])),
latest as (
  select distinct on (p.subject_id, p.fact_id, p.kind) p.* from posting p join concerned using (subject_id, fact_id)
   order by p.subject_id, p.fact_id, p.kind, p.revision desc)
insert into posting (subject_id, fact_id, kind, revision, occurred_at, recorded_at, counterparty_id, amount, currency, reliability,
                     experience, is_purchase, pair_rank, is_held)
select subject_id, fact_id, kind, revision + 1, occurred_at, $2, counterparty_id, amount, currency, reliability, experience, is_purchase,
       pair_rank, is_held from latest where revision % 2 = 0`;

const RECOUNT = `
update tally t
   set stars = s.stars, average = s.average, excluded = s.excluded
  from (select merchant_id,
               array[count(*) filter (where stars = 1 and status = 'COUNTED'), count(*) filter (where stars = 2 and status = 'COUNTED'),
                     count(*) filter (where stars = 3 and status = 'COUNTED'), count(*) filter (where stars = 4 and status = 'COUNTED'),
                     count(*) filter (where stars = 5 and status = 'COUNTED')]::int[] as stars,
               avg(stars) filter (where status = 'COUNTED') as average, count(*) filter (where status in ('HELD', 'VOIDED')) as excluded
          from review where merchant_id = any($1::uuid[]) group by merchant_id) s
 where t.subject_id = s.merchant_id`;
