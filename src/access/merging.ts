import { currentDeadline, underLastOf, type Deadline } from '../db/deadline.ts';
import type { Reader } from '../db/tx.ts';

/** More statements of one kind at once than this gain nothing on a few cores; what waits meanwhile goes together. */
const MOST_AT_ONCE = 2;
const MOST_KEYS = 2_000; // in one statement

type Find<Key, Row> = (sql: Reader, keys: readonly Key[]) => Promise<readonly Row[]>;

/** Keys that go in one statement, and the deadlines of those who asked for them. */
interface Batch<Key, Row> {
  readonly asked: Map<Key, PromiseWithResolvers<Row | null>>;
  readonly deadlines: Set<Deadline>;
}
const emptyBatch = <Key, Row>(): Batch<Key, Row> => ({ asked: new Map(), deadlines: new Set() });

/** A look-up by key that sends one statement for all who ask at about the same moment. What is not found is null. */
export function merging<Key, Row>(
  sql: Reader,
  find: Find<Key, Row>,
  keyOf: (row: Row) => Key,
): (key: Key) => Promise<Row | null> {
  let waiting: Batch<Key, Row> = emptyBatch();
  let running = 0;
  let isPlanned = false;

  const plan = (): void => {
    if (isPlanned || running >= MOST_AT_ONCE || waiting.asked.size === 0) return;
    isPlanned = true;
    setImmediate(send); // when all that came in with this turn of the event loop has asked
  };
  const send = (): void => {
    isPlanned = false;
    const batch = waiting;
    waiting = emptyBatch();
    running++;
    void answer(sql, find, keyOf, batch).finally(() => {
      running--;
      plan();
    });
  };
  return (key) => {
    let asked = waiting.asked.get(key);
    if (!asked) waiting.asked.set(key, (asked = Promise.withResolvers()));
    const deadline = currentDeadline();
    if (deadline) waiting.deadlines.add(deadline);
    if (waiting.asked.size >= MOST_KEYS && !isPlanned) send();
    else plan();
    return asked.promise;
  };
}

async function answer<Key, Row>(
  sql: Reader,
  find: Find<Key, Row>,
  keyOf: (row: Row) => Key,
  { asked, deadlines }: Batch<Key, Row>,
): Promise<void> {
  try {
    const found = await underLastOf(deadlines, () => find(sql, [...asked.keys()]));
    const rows = new Map(found.map((row) => [keyOf(row), row]));
    for (const [key, { resolve }] of asked) resolve(rows.get(key) ?? null);
  } catch (error) {
    for (const { reject } of asked.values()) reject(error);
  }
}
