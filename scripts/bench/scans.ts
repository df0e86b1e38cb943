import path from 'node:path';
import { readCopiedRows } from '../../src/db/copied-rows.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { inSnapshot } from '../../src/db/snapshot.ts';
import { reader } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import settings from '../../src/integrity/default-settings.json' with { type: 'json' };
import { copyReviews, REVIEW_COLUMNS } from '../../src/integrity/market.queries.ts';
import { scanMarket, type ScanReport } from '../../src/integrity/scan-market.ts';
import { ranScript } from './process.ts';
import { parentOf } from './processor.ts';
import { fillReviews, NOW } from './scan-fill.ts';
import { atLeast, atMost, type Result, type Scenario } from './scenario.ts';
import { comparedTo, taken, type Player } from './turns.ts';

/** How long looking may take, s; all in all, s; and how much memory, MB. The last must be asked for: `--large`. */
const SIZES = [
  { reviews: 1_000_000, looking: 5, all: 5, memory: 600 },
  ...(process.argv.includes('--large') ? [{ reviews: 10_000_000, looking: 40, all: 60, memory: 1_500 }] : []),
];
const MOST_GROWTH = 1.1; // exponent of the seconds all in all, from the first size to the last
const COMPARED = 200_000; // reviews: by SQL, a million takes minutes
const ROUNDS = 5;
const WINDOW_MS = 90 * 86_400_000;

/** Reviews with ten rings among them, from the database to suspicions. */
export const scans: Scenario = async ({ dir }) => {
  const results: Result[] = [];
  for (const size of SIZES) results.push(...(await onReviews(dir, size.reviews, (stage) => scanned(stage, size))));
  const seconds = results.filter(({ name }) => name.endsWith(ALL_IN_ALL)).map(({ figure }) => figure);
  const growth = Math.log(seconds.at(-1)! / seconds[0]!) / Math.log(SIZES.at(-1)!.reviews / SIZES[0]!.reviews);
  if (seconds.length > 1) results.push(atMost('scan: growth', growth, 'exponent', MOST_GROWTH));
  return [...results, ...(await onReviews(dir, COMPARED, compared))];
};
const ALL_IN_ALL = 'all in all, suspicions written';

interface Stage {
  readonly database: Database;
  readonly ringMembers: number;
}

async function onReviews(dir: string, reviews: number, work: (stage: Stage) => Promise<Result[]>): Promise<Result[]> {
  const limits = { statementTimeoutMs: 0 };
  const dataDir = path.join(dir, `scan-${reviews}`);
  const database = await openDatabase({ url: null, dataDir, entities: [], limits });
  try {
    await ensureDefaultPolicies(reader(database.pool), NOW);
    const ringMembers = await fillReviews(database.url, reviews);
    const bare = { ...settings, lookingBack: { ...settings.lookingBack, holds: false } }; // there are no postings to hold
    await database.pool.query(`insert into integrity_settings values (1, $1, 'bench', 'bench', now())`, [bare]);
    return await work({ database, ringMembers });
  } finally {
    await database.close();
  }
}

async function scanned({ database, ringMembers }: Stage, size: (typeof SIZES)[number]): Promise<Result[]> {
  const { lastLine, peakMb } = await ranScript('scripts/bench/scan-once.ts', [], { DATABASE_URL: database.url });
  const report = JSON.parse(lastLine) as ScanReport;
  const { rows } = await database.pool.query<{ members: number }>(
    'select count(distinct buyer_id)::int as members from ring_member',
  );
  const of = `scan of ${size.reviews} reviews`;
  return [
    atMost(`${of}: looking`, report.scanSeconds, 's', size.looking),
    atMost(`${of}: reading them`, report.readSeconds, 's', size.all / 3),
    atMost(`${of}: ${ALL_IN_ALL}`, report.seconds, 's', size.all),
    atMost(`${of}: memory`, peakMb, 'MB', size.memory),
    atLeast(`${of}: members of planted rings found`, (100 * rows[0]!.members) / ringMembers, '%', 95),
  ];
}

/** Beside its limit, which reads the same and only counts, and beside the question that a moderator would put to the database. */
async function compared({ database: { pool } }: Stage): Promise<Result[]> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const players: readonly Player[] = [
    {
      name: 'credence',
      prepare: async () => void (await pool.query(FORGET)), // each round finds the same anew
      play: () => scanMarket(pool, foldingsAt, NOW),
    },
    {
      name: 'limit',
      play: () =>
        inSnapshot(pool, async ({ copiers }) => {
          const counts = new Map<string, number>();
          await readCopiedRows(copyReviews(copiers[0], NOW - WINDOW_MS), REVIEW_COLUMNS, (row) => {
            const [merchant] = [row.uuid()!, row.uuid()!];
            const pair = merchant + row.uuid()!;
            counts.set(pair, (counts.get(pair) ?? 0) + 1);
          });
        }),
    },
    { name: 'self-join', play: () => pool.query(PAIRS, [new Date(NOW - WINDOW_MS)]) },
  ];
  const turns = await taken(players, ROUNDS, parentOf(rows[0]!.pid));
  return comparedTo(`scan of ${COMPARED} reviews`, turns, players, { most: 8, least: 1 });
}

const FORGET = `truncate suspicion, suspicion_evidence, suspicion_review, suspicion_order, suspicion_verdict, ring, ring_member,
  ring_target`;

/** Pairs of accounts that praised at least four merchants in common, each within two days of the other. */
const PAIRS = `
select a.author_id, b.author_id, count(distinct a.merchant_id) as shared
  from review a join review b on b.merchant_id = a.merchant_id and b.author_id > a.author_id
   and b.occurred_at between a.occurred_at - interval '2 days' and a.occurred_at + interval '2 days'
 where a.occurred_at >= $1 and b.occurred_at >= $1 and a.status = 'COUNTED' and b.status = 'COUNTED' and a.stars >= 4 and b.stars >= 4
 group by 1, 2 having count(distinct a.merchant_id) >= 4`;
