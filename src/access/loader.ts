import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { reader, type Reader } from '../db/tx.ts';
import { andThen, type Awaitable } from '../kernel/awaitable.ts';
import type { Call } from './call.ts';
import { memoryOf } from './memory.ts';
import { merging } from './merging.ts';
import { besideOf, holdBeside, remembering, type Kept, type Recall } from './remembering.ts';

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

/**
 * As `mergedLoader`, for rows about subjects that are asked for again and again: this process remembers them until their subjects move.
 * What is remembered is given at once, without a promise, as soon as the call has asked who has moved (`refreshed`).
 */
export function rememberedLoader<Key, Row extends object>(
  kept: Kept<Key, Row>,
): (call: Call, key: Key) => Awaitable<Row | null> {
  const byPool = new WeakMap<Pool, Recall<Key, Row>>();
  const recallIn = (pool: Pool): Recall<Key, Row> => {
    let recall = byPool.get(pool);
    if (!recall) byPool.set(pool, (recall = remembering(pool, kept)));
    return recall;
  };
  const lookUp = (call: Call, key: Key): Awaitable<Row | null> => {
    const { recall, find } = recallIn(call.db.pool);
    const row = recall(key);
    if (row !== undefined) return row;
    const asked = keptBy(call, byPool, () => new Map<Key, Promise<Row | null>>());
    let found = asked.get(key);
    if (!found) asked.set(key, (found = find(key)));
    return found;
  };
  return (call, key) => {
    const refresh = refreshOf(call);
    return refresh.isDone ? lookUp(call, key) : refresh.done.then(() => lookUp(call, key));
  };
}

/** That this process asks for a call who has moved. */
interface Refresh {
  isDone: boolean;
  readonly done: Promise<unknown>;
}

const REFRESH = {};

/** Once for each call, and anew after each change of its own. */
const refreshOf = (call: Call): Refresh =>
  keptBy(call, REFRESH, () => {
    const done = memoryOf(call.db.pool).refreshed();
    const refresh: Refresh = { isDone: false, done };
    const doneNow = () => void (refresh.isDone = true);
    done.then(doneNow, () => {}); // whoever waits hears of a failure
    return refresh;
  });

/** What is kept beside a remembered row under a name; else what `find` finds, which is kept from then on. */
export function keptBeside<Row extends object, Found>(
  call: Call,
  row: Row,
  name: string,
  find: (call: Call, row: Row, name: string) => Awaitable<Found>,
): Awaitable<Found> {
  if (!refreshOf(call).isDone) return find(call, row, name);
  const beside = besideOf(row);
  if (beside?.name === name) return beside.value as Found;
  return andThen(find(call, row, name), (found) => {
    if (beside) holdBeside(row, name, found);
    return found;
  });
}

/** Whatever moved before now is forgotten. */
export function refreshed(call: Call): Awaitable<unknown> {
  const { isDone, done } = refreshOf(call);
  return isDone || done;
}

/** On the call itself: a WeakMap would keep the collector busy. */
const LOADED = Symbol('loaded');
type WithLoaded = { [LOADED]?: Map<object, unknown> | undefined };

/** After a change, what the call has read may be old: its next reads ask anew. */
export function forgetLoaded(call: Call): void {
  (call as WithLoaded)[LOADED] = undefined;
  call.em.clear();
}

function perCall<Key, Found>(make: (call: Call) => DataLoader<Key, Found>) {
  return (call: Call, key: Key): Promise<Found> => keptBy(call, make, () => make(call)).load(key);
}

/** What the call keeps for a loader; made when it is first needed. */
function keptBy<Kept>(call: Call, loader: object, make: () => Kept): Kept {
  const loaders = ((call as WithLoaded)[LOADED] ??= new Map<object, unknown>());
  let kept = loaders.get(loader) as Kept | undefined;
  if (!kept) loaders.set(loader, (kept = make()));
  return kept;
}
