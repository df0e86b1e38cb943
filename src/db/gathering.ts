import { currentDeadline, underLastOf, type Deadline } from './deadline.ts';
import type { Reader } from './tx.ts';

const MOST_VALUES = 2_000; // in one statement

interface Gathered {
  readonly text: string;
  readonly asked: Map<string, PromiseWithResolvers<object[]>>;
  readonly deadlines: Set<Deadline>; // of those who asked: it ends with the last of them
}

/**
 * A reader for many who ask at the same moment: statements that differ in their one value alone, a text, go as one. `find` is then
 * `select … from unnest(values), lateral (statement)`. All others go as they are.
 */
export function gathering(sql: Reader): Reader {
  let waiting = new Map<string, Gathered>();

  const send = (): void => {
    const all = waiting;
    waiting = new Map();
    for (const [name, gathered] of all) void underLastOf(gathered.deadlines, () => answer(sql, name, gathered));
  };
  const ask = (name: string, text: string, value: string): Promise<object[]> => {
    if (waiting.size === 0) setImmediate(send); // when all that came in with this turn of the event loop has asked
    let gathered = waiting.get(name);
    if (!gathered) waiting.set(name, (gathered = { text, asked: new Map(), deadlines: new Set() }));
    const deadline = currentDeadline();
    if (deadline) gathered.deadlines.add(deadline);
    let asked = gathered.asked.get(value);
    if (!asked) gathered.asked.set(value, (asked = Promise.withResolvers<object[]>()));
    return asked.promise;
  };
  return {
    query: <Row>(name: string, text: string, values: readonly unknown[] = []): Promise<Row[]> => {
      const [value] = values;
      const isOfOne = name !== '' && values.length === 1 && typeof value === 'string';
      return isOfOne ? (ask(name, text, value) as Promise<Row[]>) : sql.query<Row>(name, text, values);
    },
  };
}

async function answer(sql: Reader, name: string, { text, asked }: Gathered): Promise<void> {
  const each = text.replaceAll('$1', 'asked.value');
  const statement = `select asked.value as "askedValue", found.* from unnest($1::text[]) as asked (value), lateral (${each}) as found`;
  const values = [...asked.keys()];
  for (let from = 0; from < values.length; from += MOST_VALUES) {
    const some = values.slice(from, from + MOST_VALUES);
    try {
      const rows = await sql.query<{ askedValue?: string }>(`${name}.gathered`, statement, [some]);
      const found = Map.groupBy(rows, ({ askedValue }) => askedValue);
      for (const row of rows) delete row.askedValue; // it is ours, and none of the statement's
      for (const value of some) asked.get(value)!.resolve(found.get(value) ?? []);
    } catch (error) {
      for (const value of some) asked.get(value)!.reject(error);
    }
  }
}
