import pg from 'pg';
import { finished } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import { copyOf, float8, int2, int4, type Columns } from '../../src/db/binary-rows.ts';
import { largeMarket } from '../detection/speed.ts';
import { withoutIndexes } from './without-indexes.ts';

const AT_ONCE = 200_000;
export const NOW = Date.UTC(2026, 10, 21);
const WINDOW_MS = 90 * 86_400_000;

interface Row {
  readonly place: number;
  readonly reviewer: number;
  readonly subject: number;
  readonly at: number; // ms since 1970
  readonly valence: number;
}
const STAGE: Columns<Row> = {
  place: int4((row) => row.place),
  reviewer: int4((row) => row.reviewer),
  subject: int4((row) => row.subject),
  at: float8((row) => row.at),
  valence: int2((row) => row.valence),
};

/** Numbers as ids. Their reviews are bare facts: no postings stand behind them. */
const FILL = `
insert into review (merchant_id, id, author_id, order_id, stars, valence, channel, incentivized, occurred_at, recorded_at, status,
                    verification, is_network_rating, reliability, experience, agree_gain, disagree_gain, experience_gain,
                    consensus_gain, weight_gain)
select ('00000000-0000-7000-8000-' || lpad(to_hex(subject), 12, '0'))::uuid,
       ('00000000-0000-7000-9000-' || lpad(to_hex(place), 12, '0'))::uuid,
       ('00000000-0000-7000-a000-' || lpad(to_hex(reviewer), 12, '0'))::uuid,
       ('00000000-0000-7000-b000-' || lpad(to_hex(place), 12, '0'))::uuid, 3 + valence / 50, valence * 1000000, 'ORGANIC', false,
       to_timestamp(at / 1000), to_timestamp(at / 1000), 'COUNTED', 'DELIVERED', false, 0, 0, 0, 0, 0, 0, 0
  from bench_review`;

/** Reviews of 90 days with ten rings among them; how many accounts are in the rings. */
export async function fillReviews(url: string, reviews: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      'create temp table bench_review (place int, reviewer int, subject int, at float8, valence smallint)',
    );
    const { reviewers, subjects, times, valences, ringMembers } = largeMarket(reviews, 1);
    for (let start = 0; start < reviews; start += AT_ONCE) {
      const rows = Array.from({ length: Math.min(AT_ONCE, reviews - start) }, (_, i): Row => {
        const row = start + i;
        return {
          place: row,
          reviewer: reviewers[row]!,
          subject: subjects[row]!,
          at: NOW - WINDOW_MS + times[row]!,
          valence: valences[row]!,
        };
      });
      const [statement, bytes] = copyOf('bench_review', STAGE, rows);
      await finished(client.query(from(statement)).end(bytes));
    }
    await withoutIndexes(client, 'review', () => client.query(FILL));
    return ringMembers;
  } finally {
    await client.end();
  }
}
