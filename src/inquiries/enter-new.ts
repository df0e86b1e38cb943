import type { Pool } from 'pg';
import type { Call } from '../access/call.ts';
import { merging } from '../access/merging.ts';
import { reader, type Reader } from '../db/tx.ts';
import { enterRows, type Entered } from './enter-new.queries.ts';
import type { NewInquiry } from './inquiries.queries.ts';
import type { Agreement } from './terms.ts';

interface Verdict {
  readonly batch: Entered;
  readonly isWithin: boolean;
}

const MOST_ROWS = 5_000; // in one statement

/** By pool and partner. Statements of one partner wait for each other at the row of its meter: so what comes meanwhile goes together. */
const writers = new WeakMap<Pool, Map<string, (batch: Entered) => Promise<Verdict | null>>>();

/** Writes them down if the quota holds them: all of them, or none. */
export async function enterNew(call: Call, agreement: Agreement, rows: readonly NewInquiry[]): Promise<boolean> {
  const verdict = await writerFor(call.db.pool, agreement.partnerId)({ agreement, rows, now: call.now });
  return verdict!.isWithin;
}

function writerFor(pool: Pool, partnerId: string): (batch: Entered) => Promise<Verdict | null> {
  let ofPartners = writers.get(pool);
  if (!ofPartners) writers.set(pool, (ofPartners = new Map()));
  let write = ofPartners.get(partnerId);
  if (!write) ofPartners.set(partnerId, (write = merging(reader(pool), writeAll, ({ batch }) => batch, 1)));
  return write;
}

/** One after the other; those under the same terms and of the same day together. */
async function writeAll(sql: Reader, batches: readonly Entered[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const alike of Map.groupBy(batches, countedBy).values())
    for (const some of inPortions(alike)) verdicts.push(...(await writeSome(sql, some)));
  return verdicts;
}

const DAY_MS = 86_400_000;
const countedBy = ({ now, agreement: { terms } }: Entered): string =>
  `${Math.floor(now / DAY_MS)} ${terms.pullsPerDay} ${terms.burst}`;

function* inPortions(batches: readonly Entered[]): Generator<readonly Entered[]> {
  let portion: Entered[] = [];
  let size = 0;
  for (const batch of batches) {
    if (portion.length > 0 && size + batch.rows.length > MOST_ROWS) {
      yield portion;
      [portion, size] = [[], 0];
    }
    portion.push(batch);
    size += batch.rows.length;
  }
  yield portion;
}

/** Together, where the quota holds them all; else each for itself, in the order in which they came. */
async function writeSome(sql: Reader, batches: readonly Entered[]): Promise<Verdict[]> {
  if (await enterRows(sql, batches)) return batches.map((batch) => ({ batch, isWithin: true }));
  if (batches.length === 1) return [{ batch: batches[0]!, isWithin: false }];
  const verdicts: Verdict[] = [];
  for (const batch of batches) verdicts.push({ batch, isWithin: await enterRows(sql, [batch]) });
  return verdicts;
}
