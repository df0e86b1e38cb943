import type { Tx } from '../db/tx.ts';
import type { Envelope, Outcome } from './event.ts';
import * as queries from './inbox.queries.ts';
import type { Luck } from './luck.ts';

/** An envelope on its way, and what becomes of it. */
export interface Item {
  readonly envelope: Envelope;
  readonly index: number; // in the batch
  readonly isNew: boolean; // false: a row that says more than it said last time
  outcome: Outcome | null; // null: still to be decided
}

const CONFLICT: Outcome = {
  status: 'REJECTED',
  code: 'EVENT_ID_REUSED',
  message:
    'Another event with this source and id was taken in already. An event is never changed: send a new one under its own id.',
};
const DUPLICATE: Outcome = { status: 'DUPLICATE' };
const byIdentity = (a: Envelope, b: Envelope): number =>
  a.source < b.source ? -1 : a.source > b.source ? 1 : a.id < b.id ? -1 : 1; // each is there once
export const keyOf = ({ source, id }: { source: string; id: string }): string => `${source.length}:${source}${id}`;

/**
 * Finds out which envelopes are new, in the batch as well as in the inbox; the others get their outcome at once. `earlier`: until the
 * batches before are settled, it is not certain what is no longer new.
 */
export async function openInbox(
  tx: Tx,
  envelopes: readonly Envelope[],
  now: number,
  earlier: () => Promise<unknown>,
  luck: Luck,
): Promise<Item[]> {
  const first = new Map<string, Envelope>();
  for (const envelope of envelopes) {
    const key = keyOf(envelope);
    if (!first.has(key)) first.set(key, envelope);
  }
  const unique = [...first.values()].toSorted(byIdentity); // two batches that share some never wait for each other crosswise
  if (await luck.tried(() => queries.claimNew(tx, unique, now)))
    return envelopes.map((envelope, index) => {
      const earlier = unique.length === envelopes.length ? envelope : first.get(keyOf(envelope))!;
      if (earlier !== envelope) return repeat(envelope, index, earlier.contentHash);
      return { envelope, index, isNew: true, outcome: null };
    });
  const claimed = new Set((await queries.claim(tx, unique, new Date(now))).map(keyOf));
  const isOld = (envelope: Envelope) => !claimed.has(keyOf(envelope));
  if (unique.some(isOld)) {
    await earlier();
    for (const row of await queries.claim(tx, unique.filter(isOld), new Date(now))) claimed.add(keyOf(row));
  }
  const old = unique.filter(isOld);
  const hashes = new Map(
    (old.length > 0 ? await queries.known(tx, old) : []).map((row) => [keyOf(row), row.content_hash]),
  );
  return envelopes.map((envelope, index) => {
    const key = keyOf(envelope);
    const earlier = first.get(key)!;
    if (earlier !== envelope) return repeat(envelope, index, earlier.contentHash);
    const hash = hashes.get(key);
    return hash ? repeat(envelope, index, hash) : { envelope, index, isNew: true, outcome: null };
  });
}

function repeat(envelope: Envelope, index: number, known: Buffer): Item {
  if (known.equals(envelope.contentHash)) return { envelope, index, isNew: false, outcome: DUPLICATE };
  return { envelope, index, isNew: false, outcome: envelope.mayGrow ? null : CONFLICT };
}

/** Forgets the refused ones and notes what the grown ones now say. */
export async function closeInbox(tx: Tx, items: readonly Item[]): Promise<void> {
  const refused = items.filter(({ isNew, outcome }) => isNew && outcome?.status === 'REJECTED');
  if (refused.length > 0)
    await queries.forget(
      tx,
      refused.map(({ envelope }) => envelope),
    );
  const grown = items.filter(({ isNew, outcome }) => !isNew && outcome?.status === 'ACCEPTED');
  if (grown.length > 0)
    await queries.replaceHash(
      tx,
      grown.map(({ envelope }) => envelope),
    );
}
