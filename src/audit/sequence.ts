import type { Pool } from 'pg';
import { inTransaction, reader, type Tx } from '../db/tx.ts';
import { addLeaves, isAnyWaiting, lockHead, moveHead, takeWaiting, type Leaf } from './audit.queries.ts';
import { leafHash, linkAfter } from './chain.ts';

const AT_ONCE = 500;
const EVERY_MS = 1_000;

/** Gives every event that waits its place in the chain. Any number of processes may: one at a time does. */
export async function sequenceAudit(pool: Pool): Promise<void> {
  if (!(await isAnyWaiting(reader(pool)))) return; // nearly always
  while ((await inTransaction(pool, step)) === AT_ONCE);
}

/** How many got their place. */
async function step(tx: Tx): Promise<number> {
  const head = await lockHead(tx);
  if (!head) return 0;
  const events = await takeWaiting(tx, AT_ONCE);
  if (events.length === 0) return 0;
  let { size, link } = head;
  const leaves = events.map((event): Leaf => {
    const leaf = leafHash(event);
    link = linkAfter(link, leaf);
    return { index: size++, eventId: event.id, leafHash: leaf, link };
  });
  await addLeaves(tx, leaves);
  await moveHead(tx, { size, link });
  return events.length;
}

/** Keeps the chain up to date. */
export const sequenceJob = (pool: Pool) => ({
  name: 'sequence-audit',
  everyMs: EVERY_MS,
  run: () => sequenceAudit(pool),
});
