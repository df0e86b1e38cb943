import type { Call } from '../access/call.ts';
import { inTransaction } from '../db/tx.ts';
import { countEvents } from '../telemetry/metrics.ts';
import { Refusal } from '../kernel/refusal.ts';
import { Rejection } from './checks.ts';
import { parseCloudEvent } from './cloud-events.ts';
import type { Envelope, Outcome } from './event.ts';
import { intakeOf } from './intake.ts';
import { takeIn } from './take-in.ts';
import { takeInTogether } from './together.ts';

const MOST_EVENTS = 1_000;

export interface IngestEvents {
  readonly events: readonly { readonly id: string }[];
  readonly onError: 'REJECT_EVERYTHING' | 'REJECT_FAILED';
}

export interface Ingested {
  readonly accepted: number;
  readonly waiting: number; // of those accepted
  readonly duplicates: number;
  readonly rejected: RejectedEvent[];
}
interface RejectedEvent {
  readonly index: number;
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** All or nothing was wanted, and some cannot be taken. Thrown through the transaction, it undoes it. */
export class BatchRejected extends Refusal {
  readonly rejected: RejectedEvent[];

  constructor(rejected: RejectedEvent[]) {
    const message = `Nothing of the batch was taken in, because ${rejected.length} of its events cannot be; \`rejected\` tells which.`;
    super('INVALID', 'BATCH_REJECTED', message, ['events']);
    this.rejected = rejected;
  }
}

/** Takes a batch in, in one transaction. What it answers for is on disk. */
export async function ingestEvents(call: Call, input: IngestEvents): Promise<Ingested> {
  try {
    const ingested = await ingest(call, input);
    const { accepted: ACCEPTED, duplicates: DUPLICATE, rejected } = ingested;
    countEvents({ ACCEPTED, DUPLICATE, REJECTED: rejected.length });
    return ingested;
  } catch (error) {
    if (error instanceof BatchRejected) countEvents({ ACCEPTED: 0, DUPLICATE: 0, REJECTED: error.rejected.length });
    throw error;
  }
}

async function ingest(call: Call, { events, onError }: IngestEvents): Promise<Ingested> {
  if (events.length < 1 || events.length > MOST_EVENTS)
    throw new Refusal(
      'INVALID',
      'EVENTS_OUT_OF_RANGE',
      `A batch has 1 to ${MOST_EVENTS} events, not ${events.length}.`,
      ['events'],
    );
  const parsed = events.map((event) => parseCloudEvent(event, call.now));
  const misread = parsed.flatMap((each, index) => (each instanceof Rejection ? [rejection(events, index, each)] : []));
  const isAllOrNothing = onError === 'REJECT_EVERYTHING';
  if (isAllOrNothing && misread.length > 0) throw new BatchRejected(misread);
  const { rejected, ...taken } = await take(call, events, parsed, isAllOrNothing);
  return { ...taken, rejected: [...misread, ...rejected].toSorted((a, b) => a.index - b.index) };
}

async function take(
  { db, now }: Call,
  events: IngestEvents['events'],
  parsed: readonly (Envelope | Rejection)[],
  isAllOrNothing: boolean,
): Promise<Ingested> {
  const places = parsed.flatMap((each, index) => (each instanceof Rejection ? [] : [{ index, envelope: each }]));
  if (places.length === 0) return { accepted: 0, waiting: 0, duplicates: 0, rejected: [] };
  const envelopes = places.map(({ envelope }) => envelope);
  const rejectedIn = (outcomes: readonly Outcome[]) =>
    outcomes.flatMap((outcome, i) =>
      outcome.status === 'REJECTED' ? [rejection(events, places[i]!.index, outcome)] : [],
    );
  const outcomes = isAllOrNothing
    ? await takeAllOrNothing(db, envelopes, now, rejectedIn)
    : await takeInTogether(db, envelopes, now);
  const count = (...statuses: Outcome['status'][]) => outcomes.filter(({ status }) => statuses.includes(status)).length;
  return {
    accepted: count('ACCEPTED', 'PENDING'),
    waiting: count('PENDING'),
    duplicates: count('DUPLICATE'),
    rejected: rejectedIn(outcomes),
  };
}

const takeAllOrNothing = (
  db: Call['db'],
  envelopes: readonly Envelope[],
  now: number,
  rejectedIn: (outcomes: readonly Outcome[]) => RejectedEvent[],
): Promise<Outcome[]> =>
  inTransaction(db.pool, async (tx) => {
    const outcomes = await takeIn(tx, envelopes, intakeOf(db, now));
    const rejected = rejectedIn(outcomes);
    if (rejected.length > 0) throw new BatchRejected(rejected);
    return outcomes;
  });

const rejection = (
  events: IngestEvents['events'],
  index: number,
  { code, message }: { readonly code: string; readonly message: string },
): RejectedEvent => ({ index, id: events[index]!.id, code, message });
