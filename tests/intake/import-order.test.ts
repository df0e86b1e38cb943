import { once } from 'node:events';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import type { Envelope } from '../../src/intake/event.ts';
import { checkStandings } from '../../src/evidence/check.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, envelope, eventsOf, NOW, type RawEvent } from '../kit/events.ts';
import { destinationIn } from './import-kit.ts';
import { countOf } from './ingest-kit.ts';

const database = aDatabase();
const envelopesOf = (events: readonly RawEvent[]): Envelope[] => events.map((event) => envelope(event));
const statuses = async (outcomes: Promise<readonly { status: string }[]>) =>
  (await outcomes).map(({ status }) => status);

/** Somebody who is taking the same event in at this moment, and takes his time. */
async function holderOf({
  source,
  id,
}: Envelope): Promise<{ waited: () => Promise<boolean>; letGo: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin');
  await client.query(`insert into inbox values ($1, $2, '\\x00', now())`, [source, id]);
  return {
    waited: async () => {
      await client.query('select pg_stat_clear_snapshot()'); // in a transaction it would stay what it was at first
      const { rowCount } = await client.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount! > 0;
    },
    letGo: async () => {
      await client.query('rollback');
      await Promise.all([once(client, 'end'), client.end()]);
    },
  };
}

describe('batches that are handed over before the one before is done', () => {
  it('do not wait for each other when the first is held up and both are about the same parties', async () => {
    const [first, second, third] = [1, 2, 3].map((i) => {
      const registered = anEvent('merchant.registered', daysAgo(200), { externalId: `m-own-${i}` });
      return envelopesOf([
        registered,
        ...eventsOf({ order: `o-${i}`, placed: 90 - i, product: 'p-1', stars: 5, buyer: 'b-1' }),
      ]);
    }) as [Envelope[], Envelope[], Envelope[]];
    const destination = await destinationIn(database);
    const holder = await holderOf(first[0]!);

    const outcomes = [first, second, third].map((batch) => statuses(destination.takeIn([batch])));
    await vi.waitUntil(holder.waited, { timeout: 5_000 });
    const ahead = await Promise.race([
      outcomes[1]!.then(() => true),
      new Promise((resolve) => setTimeout(resolve, 200)),
    ]);
    expect(ahead).toBeUndefined();
    await holder.letGo();

    expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 3 }, () => Array(7).fill('ACCEPTED')));
    await destination.close();
    const { rows } = await database.pool.query(
      `select pair_rank from posting p join merchant m on m.id = p.subject_id where reliability is null order by p.occurred_at`,
    );
    expect(rows.map((row) => row.pair_rank)).toEqual([0, 1, 2]);
    expect((await checkStandings(database.pool, foldingsAt(NOW))).differences).toEqual([]);
  });

  it('are about the same orders, and learn in turn what the one before has made of them', async () => {
    const story = eventsOf({ order: 'o-parts', placed: 40, stars: 4, product: 'p-1', buyer: 'b-2' });
    const destination = await destinationIn(database);
    const outcomes = story.toReversed().map((event) => destination.takeIn([envelopesOf([event])]));
    expect((await Promise.all(outcomes)).flat().map(({ status }) => status)).toEqual([
      ...Array(5).fill('PENDING'),
      'ACCEPTED',
    ]);
    await destination.close();
    expect(await countOf(database, 'pending_event')).toBe(0);
    expect(await countOf(database, 'review', "external_id = 'r-o-parts' and verification = 'KEPT'")).toBe(1);
  });
});
