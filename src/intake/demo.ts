import type { Pool } from 'pg';
import { reader } from '../db/tx.ts';
import { demoEvents } from '../demo/demo.ts';
import { isAnythingKnown } from './demo.queries.ts';
import { Rejection } from './checks.ts';
import { parseCloudEvent } from './cloud-events.ts';
import type { Envelope } from './event.ts';
import { intakeAt, takeInBatch } from './intake.ts';

const SEED = 7;
const DAY_MS = 86_400_000;
const BATCH = 20000;

/** Fills an empty database with the demo marketplace, by the door that real events take. How many events came in: 0 when something was there already. */
export async function fillWithDemo(pool: Pool, hashSecret: Buffer, now: number): Promise<number> {
  if (await isAnythingKnown(reader(pool))) return 0;
  const until = Math.floor(now / DAY_MS) * DAY_MS;
  const intake = intakeAt(hashSecret, now);
  let batch: Envelope[] = [];
  let taken = 0;
  const flush = async () => {
    const outcomes = await takeInBatch(pool, batch, intake);
    const refused = outcomes.find((outcome) => outcome.status === 'REJECTED');
    if (refused?.status === 'REJECTED') throw new Error(`the demo marketplace does not fit: ${refused.message}`);
    taken += batch.length;
    batch = [];
  };
  for (const event of demoEvents({ seed: SEED, until })) {
    const envelope = parseCloudEvent(event, now);
    if (envelope instanceof Rejection) throw new Error(`the demo marketplace does not fit: ${envelope.message}`);
    if (batch.push(envelope) === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  return taken;
}
