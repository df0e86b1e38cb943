import { currentDeadline, underLastOf, type Deadline } from '../db/deadline.ts';
import type { Reader } from '../db/tx.ts';

/** More statements of one kind at once than this gain nothing on a few cores; what waits meanwhile goes together. */
const MOST_AT_ONCE = 2;
const MOST_KEYS = 2_000; // in one statement
/** While many ask at once, a statement waits so many turns of the event loop for more of them, if each brings some. */
const MOST_TURNS = 6;

type Find<Key, Row> = (sql: Reader, keys: readonly Key[]) => Promise<readonly Row[]>;

/** Keys that go in one statement, and the deadlines of those who asked for them. */
interface Batch<Key, Row> {
  readonly asked: Map<Key, PromiseWithResolvers<Row | null>>;
  readonly deadlines: Set<Deadline>;
  askers: number;
}
const emptyBatch = <Key, Row>(): Batch<Key, Row> => ({ asked: new Map(), deadlines: new Set(), askers: 0 });

/** A look-up by key that sends one statement for all who ask at about the same moment. What is not found is null. */
export function merging<Key, Row>(
  sql: Reader,
  find: Find<Key, Row>,
  keyOf: (row: Row) => Key,
  mostAtOnce = MOST_AT_ONCE,
): (key: Key) => Promise<Row | null> {
  let waiting: Batch<Key, Row> = emptyBatch();
  let running = 0;
  let isPlanned = false;
  let isBusy = false;

  const plan = (): void => {
    if (isPlanned || running >= mostAtOnce || waiting.asked.size === 0) return;
    isPlanned = true;
    setImmediate(gather, 0, 0); // when all that came in with this turn of the event loop has asked
  };
  const gather = (turn: number, before: number): void => {
    const { askers } = waiting;
    if (isBusy && turn < MOST_TURNS && askers > before) setImmediate(gather, turn + 1, askers);
    else send();
  };
  const send = (): void => {
    isPlanned = false;
    const batch = waiting;
    isBusy = batch.askers > 1;
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
    waiting.askers++;
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
