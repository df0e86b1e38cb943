import type { Pool } from 'pg';
import { underNoDeadline } from './deadline.ts';

type Hear = () => void;

const kindsIn = new WeakMap<object, Set<string>>();
const hearers = new WeakMap<Pool, Map<string, Set<Hear>>>();

/** Notes of these kinds were left in the transaction: whoever waits for them in this process hears of it once they are committed. */
export function markNoted(tx: object, kinds: Iterable<string>): void {
  const known = kindsIn.get(tx);
  if (known) for (const kind of kinds) known.add(kind);
  else kindsIn.set(tx, new Set(kinds));
}

/** The transaction is committed. */
export function announceNoted(pool: Pool, tx: object): void {
  const all = hearers.get(pool);
  if (!all) return;
  for (const kind of kindsIn.get(tx) ?? []) for (const hear of all.get(kind) ?? []) underNoDeadline(hear); // whoever hears is not part of the request
}

/**
 * Calls after each commit in this process that left a note of the kind. It is there to be quick and promises nothing: what other
 * processes write is not heard. What it returns ends it.
 */
export function whenNoted(pool: Pool, kind: string, hear: Hear): () => void {
  const all = hearers.get(pool) ?? new Map<string, Set<Hear>>();
  hearers.set(pool, all);
  const own = all.get(kind) ?? new Set<Hear>();
  all.set(kind, own);
  own.add(hear);
  return () => void own.delete(hear);
}
