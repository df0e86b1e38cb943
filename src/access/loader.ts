import DataLoader from 'dataloader';
import type { Call } from './call.ts';

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

const loadersOf = new WeakMap<Call, Map<object, unknown>>();

/** After a change, what the call has read may be old: its next reads ask anew. */
export function forgetLoaded(call: Call): void {
  loadersOf.delete(call);
  call.em.clear();
}

function perCall<Key, Found>(make: (call: Call) => DataLoader<Key, Found>) {
  return (call: Call, key: Key): Promise<Found> => {
    let loaders = loadersOf.get(call);
    if (!loaders) loadersOf.set(call, (loaders = new Map()));
    let found = loaders.get(make) as DataLoader<Key, Found> | undefined;
    if (!found) loaders.set(make, (found = make(call)));
    return found.load(key);
  };
}
