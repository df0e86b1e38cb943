import type { Database } from '../../src/db/database.ts';
import { ensureDefaultPolicies } from '../../src/grades/policies.commands.ts';
import { reader } from '../../src/db/tx.ts';
import { parseCloudEvent } from '../../src/intake/cloud-events.ts';
import type { Envelope, Outcome } from '../../src/intake/event.ts';
import { intakeAt, takeInBatch } from '../../src/intake/intake.ts';

export const HASH_SECRET = Buffer.alloc(32, 7);
export const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;

/** Midnight UTC so many days before the tests' now, and hours after that. */
export const daysAgo = (days: number, hours = 0): string =>
  new Date(Math.floor(NOW / DAY_MS) * DAY_MS - days * DAY_MS + hours * 3_600_000).toISOString();

export interface RawEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: Record<string, unknown>;
}

/** A CloudEvent as a back end would send it; its id is made of what it is about, unless given. */
export const anEvent = (type: string, time: string, data: Record<string, unknown>, id?: string): RawEvent => ({
  id: id ?? `${type}/${String(data['order'] ?? data['review'] ?? data['externalId'])}/${time}`,
  source: 'test',
  type,
  time,
  data,
});

export function envelope(event: RawEvent, now = NOW): Envelope {
  const parsed = parseCloudEvent(event, now);
  if ('code' in parsed) throw new Error(`${parsed.code}: ${parsed.message}`);
  return parsed;
}

/** Takes events in as one batch, in the order given. */
export async function takeEvents(database: Database, events: readonly RawEvent[], now = NOW): Promise<Outcome[]> {
  await ensureDefaultPolicies(reader(database.pool), now);
  return takeInBatch(
    database.pool,
    events.map((event) => envelope(event, now)),
    intakeAt(HASH_SECRET, now),
  );
}

/** An order's whole happy story, placed so many days ago; what `story` leaves out does not happen. */
export interface Story {
  readonly order: string;
  readonly merchant?: string;
  readonly buyer?: string;
  readonly product?: string;
  readonly amount?: number;
  readonly placed: number; // days ago
  readonly delivered?: number | null; // days after placing; null: never
  readonly promised?: number; // days after placing
  readonly stars?: number;
  readonly text?: string;
  readonly isCompleted?: boolean;
}

export function eventsOf(story: Story): RawEvent[] {
  const { order, placed, delivered = 3, promised = 7 } = story;
  const amount = story.amount ?? 5000;
  const product = story.product ?? null;
  const events = [
    anEvent('order.placed', daysAgo(placed), {
      order,
      merchant: story.merchant ?? 'm-1',
      buyer: story.buyer ?? `b-${order}`,
      lines: [{ product, quantity: 1, unitPrice: amount }],
      currency: 'USD',
      amount,
      deliverBy: daysAgo(placed - promised),
    }),
    anEvent('order.paid', daysAgo(placed, 1), { order }),
    anEvent('order.shipped', daysAgo(placed, 20), { order, carrier: 'Post', tracking: `T${order}` }),
  ];
  if (delivered !== null) events.push(anEvent('order.delivered', daysAgo(placed - delivered, 2), { order }));
  if (delivered !== null && story.isCompleted !== false && placed - delivered > 14)
    events.push(anEvent('order.completed', daysAgo(placed - delivered - 14, 3), { order }));
  if (story.stars !== undefined)
    events.push(
      anEvent('review.posted', daysAgo(placed - (delivered ?? 3) - 1, 4), {
        review: `r-${order}`,
        order,
        stars: story.stars,
        dimensions: { description: story.stars, service: 5 },
        ...(story.text === undefined ? {} : { text: story.text }),
      }),
    );
  return events;
}
