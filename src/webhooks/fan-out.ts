import type { Pool } from 'pg';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import { authorityFor } from './authority.ts';
import { listeners, lockHead, moveHead, type Listener } from './endpoints.queries.ts';
import { TOLD_KINDS, type EventType } from './event-types.ts';
import * as queries from './fan-out.queries.ts';
import type { Message, NewDelivery } from './fan-out.queries.ts';
import { messageOf } from './messages.ts';
import { namesFor } from './names.ts';
import { keptSince } from './retention.ts';

export const NOTES_AT_ONCE = 500;

/**
 * Makes messages of what was noted and committed, and a delivery of each for whoever is to be told. Notes are read after their commit, by one
 * transaction at a time, which holds the head until it commits itself: a note that is still uncommitted is found by a later one, and none is
 * passed by, because each carries its own mark. Notes of one subject were entered under the lock of that subject, and get their places in
 * that order.
 */
export async function fanOut(pool: Pool, clock: () => number): Promise<void> {
  while (await queries.isAnythingWanted(reader(pool)))
    await inTransaction(pool, async (tx) => {
      const last = await lockHead(tx); // a statement of its own: the next one sees what the holder before us did
      const notes = await queries.nextNotes(tx, NOTES_AT_ONCE);
      if (notes.length > 0) await tell(tx, notes, last, clock());
    });
}

async function tell(tx: Tx, notes: readonly queries.NoteRow[], last: number, now: number): Promise<void> {
  const names = await namesFor(tx, notes);
  const messages = notes.flatMap((note) => messageOf(note, names) ?? []);
  const endpoints = await listeners(tx, keptSince(now));
  const { mayBeTold } = await authorityFor(tx, endpoints, messages, now);
  const pairs = messages.flatMap((message) =>
    endpoints
      .filter((endpoint) => isAskedFor(endpoint, message) && mayBeTold(endpoint, message))
      .map((endpoint) => ({ message, endpoint })),
  );
  const told = new Set(pairs.map(({ message }) => message));
  const deliveries = pairs.map(({ message, endpoint }, i): NewDelivery => ({
    endpointId: endpoint.id,
    place: last + 1 + i,
    id: newId(now),
    messageId: message.id,
    subjectId: message.subjectId,
  }));
  if (deliveries.length > 0) {
    await queries.addMessages(tx, [...told], new Date(now));
    await queries.addDeliveries(tx, deliveries, new Date(now));
    await moveHead(tx, last + deliveries.length);
  }
  await queries.markTold(tx, notes);
}

const isAskedFor = ({ eventTypes, subjectKinds }: Listener, { type, subjectKind }: Message): boolean =>
  eventTypes.includes(type as EventType) &&
  TOLD_KINDS.some((kind) => kind === subjectKind && subjectKinds.includes(kind));
