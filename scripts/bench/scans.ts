import path from 'node:path';
import { openDatabase } from '../../src/db/database.ts';
import { reader, type Reader } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import settings from '../../src/integrity/default-settings.json' with { type: 'json' };
import { scanMarket } from '../../src/integrity/scan-market.ts';
import { largeMarket } from '../detection/speed.ts';
import { atLeast, atMost, type Scenario } from './scenario.ts';

const REVIEWS = 1_000_000;
const AT_ONCE = 50_000;
const NOW = Date.UTC(2026, 10, 21);
const WINDOW_MS = 90 * 86_400_000;

/** Numbers as ids. Their reviews are bare facts: no postings stand behind them. */
const FILL = `
insert into review (merchant_id, id, author_id, order_id, stars, valence, channel, incentivized, occurred_at, recorded_at, status,
                    verification, is_network_rating, reliability, experience, agree_gain, disagree_gain, experience_gain,
                    consensus_gain, weight_gain)
select ('00000000-0000-7000-8000-' || lpad(to_hex(subject), 12, '0'))::uuid,
       ('00000000-0000-7000-9000-' || lpad(to_hex($5::int + place), 12, '0'))::uuid,
       ('00000000-0000-7000-a000-' || lpad(to_hex(reviewer), 12, '0'))::uuid,
       ('00000000-0000-7000-b000-' || lpad(to_hex($5::int + place), 12, '0'))::uuid, 3 + valence / 50, valence * 1000000, 'ORGANIC', false,
       to_timestamp(at / 1000), to_timestamp(at / 1000), 'COUNTED', 'DELIVERED', false, 0, 0, 0, 0, 0, 0, 0
  from unnest($1::int[], $2::int[], $3::float8[], $4::int[]) with ordinality as new (reviewer, subject, at, valence, place)`;

async function fill(db: Reader): Promise<number> {
  const { reviewers, subjects, times, valences, ringMembers } = largeMarket(REVIEWS, 1);
  for (let from = 0; from < REVIEWS; from += AT_ONCE) {
    const part = (column: Int32Array | Float64Array | Int8Array) => [...column.subarray(from, from + AT_ONCE)];
    const at = part(times).map((time) => NOW - WINDOW_MS + time);
    await db.query('', FILL, [part(reviewers), part(subjects), at, part(valences), from]);
  }
  await db.query('', 'vacuum analyze review');
  return ringMembers;
}

/** A million reviews, with ten rings among them, from the database to suspicions. */
export const scans: Scenario = async ({ dir }) => {
  const limits = { statementTimeoutMs: 0 };
  const database = await openDatabase({ url: null, dataDir: path.join(dir, 'scans'), entities: [], limits });
  try {
    const db = reader(database.pool);
    await ensureDefaultPolicies(db, NOW);
    const ringMembers = await fill(db);
    const bare = { ...settings, lookingBack: { ...settings.lookingBack, holds: false } }; // there are no postings to hold
    await db.query('', `insert into integrity_settings values (1, $1, 'bench', 'bench', now())`, [
      JSON.stringify(bare),
    ]);
    const report = await scanMarket(database.pool, foldingsAt, NOW);
    const [found] = await db.query<{ members: number }>(
      '',
      'select count(distinct buyer_id)::int as members from ring_member',
    );
    const of = `scan of ${REVIEWS} reviews`;
    return [
      atMost(`${of}: looking`, report.scanSeconds, 's', 5),
      atMost(`${of}: reading them`, report.readSeconds, 's', 20),
      atMost(`${of}: all in all, suspicions written`, report.seconds, 's', 60),
      atLeast(`${of}: members of planted rings found`, (100 * found!.members) / ringMembers, '%', 95),
    ];
  } finally {
    await database.close();
  }
};
