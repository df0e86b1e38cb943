import type { Pool } from 'pg';
import { inTransaction, reader } from '../db/tx.ts';
import { demoEvents } from '../demo/demo.ts';
import type { CloudEvent } from '../demo/telling.ts';
import { addDemoPartner } from '../partners/demo-partner.ts';
import { isAnythingKnown } from './demo.queries.ts';
import { Rejection } from './checks.ts';
import { contentHashOf } from './checks-hash.ts';
import { parseCloudEvent } from './cloud-events.ts';
import { intakeAt } from './intake.ts';
import type { Envelope } from './event.ts';
import { takeIn } from './take-in.ts';

const SEED = 7;
const DAY_MS = 86_400_000;
const BATCH = 5_000; // orders

/**
 * Fills an empty database with the demo marketplace, by the door that real events take: all of it in one transaction, so that a
 * start that is killed leaves the database empty. How many events came in: 0 when something was there already.
 */
export async function fillWithDemo(pool: Pool, hashSecret: Buffer, now: number): Promise<number> {
  if (await isAnythingKnown(reader(pool))) return 0;
  const events = demoEvents({ seed: SEED, until: Math.floor(now / DAY_MS) * DAY_MS });
  const stories = [...Map.groupBy(events, storyOf).values()];
  const intake = { ...intakeAt(hashSecret, now), isHistory: true };
  await inTransaction(pool, async (tx) => {
    await addDemoPartner(tx, now);
    let batch = stories.slice(0, BATCH).map((story) => envelopeOf(story, now));
    for (let from = BATCH; batch.length > 0; from += BATCH) {
      const taken = takeIn(tx, batch, intake);
      batch = stories.slice(from, from + BATCH).map((story) => envelopeOf(story, now)); // while the database is at work
      for (const outcome of await taken) if (outcome.status === 'REJECTED') throw misfit(outcome);
    }
  });
  return events.length;
}

/** An order comes in with all that became of it, as a row of an imported file does. */
const storyOf = ({ id, data }: CloudEvent): string => ('order' in data ? `order/${String(data['order'])}` : id);

function envelopeOf(story: readonly CloudEvent[], now: number): Envelope {
  const parts = story.map((event) => {
    const envelope = parseCloudEvent(event, now);
    if (envelope instanceof Rejection) throw misfit(envelope);
    return envelope;
  });
  const [first] = parts;
  if (parts.length === 1) return first!;
  const contentHash = contentHashOf(parts.map((part) => part.contentHash.toString('hex')).join());
  return { ...first!, id: storyOf(story[0]!), contentHash, events: parts.flatMap(({ events }) => events) };
}

const misfit = ({ message }: { readonly message: string }) =>
  new Error(`the demo marketplace does not fit: ${message}`);
