import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { reader, type Reader } from '../db/tx.ts';
import type { Call } from './call.ts';
import { merging } from './merging.ts';

/**
 * A look-up by key that asks once for all the keys of a moment, and once a call for each key. `find` may give its rows in
 * any order, and leave out those that are not there or may not be seen: they are null.
 */
export function loader<Key, Row>(
  find: (call: Call, keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): (call: Call, key: Key) => Promise<Row | null> {
  return perCall(
    (call) =>
      new DataLoader<Key, Row | null>(async (keys) => {
        const rows = new Map((await find(call, keys)).map((row) => [keyOf(row), row]));
        return keys.map((key) => rows.get(key) ?? null);
      }),
  );
}

/** As `loader`, for a key that several rows share, in the order in which they were found. */
export function groupLoader<Key, Row>(
  find: (call: Call, keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): (call: Call, key: Key) => Promise<readonly Row[]> {
  return perCall(
    (call) =>
      new DataLoader<Key, readonly Row[]>(async (keys) => {
        const rows = Map.groupBy(await find(call, keys), keyOf);
        return keys.map((key) => rows.get(key) ?? []);
      }),
  );
}

/**
 * As `loader`, for rows that are the same whoever asks: keys of all the calls that wait at one moment go in one statement. Nothing is
 * kept beyond the call, and a statement is sent after its last key was asked for: nobody reads what was before their own change.
 */
export function mergedLoader<Key, Row>(
  find: (sql: Reader, keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): (call: Call, key: Key) => Promise<Row | null> {
  const byPool = new WeakMap<Pool, (key: Key) => Promise<Row | null>>();
  return (call, key) => {
    const own = keptBy(call, byPool, () => new Map<Key, Promise<Row | null>>());
    let found = own.get(key);
    if (!found) {
      let load = byPool.get(call.db.pool);
      if (!load) byPool.set(call.db.pool, (load = merging(reader(call.db.pool), find, keyOf)));
      own.set(key, (found = load(key)));
    }
    return found;
  };
}

const loadersOf = new WeakMap<Call, Map<object, unknown>>();

/** After a change, what the call has read may be old: its next reads ask anew. */
export function forgetLoaded(call: Call): void {
  loadersOf.delete(call);
  call.em.clear();
}

function perCall<Key, Found>(make: (call: Call) => DataLoader<Key, Found>) {
  return (call: Call, key: Key): Promise<Found> => keptBy(call, make, () => make(call)).load(key);
}

/** What the call keeps for a loader; made when it is first needed. */
function keptBy<Kept>(call: Call, loader: object, make: () => Kept): Kept {
  let loaders = loadersOf.get(call);
  if (!loaders) loadersOf.set(call, (loaders = new Map()));
  let kept = loaders.get(loader) as Kept | undefined;
  if (!kept) loaders.set(loader, (kept = make()));
  return kept;
}
