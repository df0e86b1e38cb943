import type { Database } from '../../src/db/database.ts';

/** What a process asks of its own accord some time after a change, whoever is being watched then. */
const ON_ITS_OWN: readonly string[] = ['changes.is-followed'];

/** The names of the prepared statements, or the texts of others, that `work` sends to the database. */
export async function statementsOf({ pool }: Database, work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]): unknown => {
    const [statement] = args as [string | { name?: string; text: string }];
    sent.push(typeof statement === 'string' ? statement : (statement.name ?? statement.text));
    return query(...args);
  };
  const own = Object.getOwnPropertyDescriptor(pool, 'query');
  Object.defineProperty(pool, 'query', { value: watched, configurable: true });
  try {
    await work();
  } finally {
    if (own) Object.defineProperty(pool, 'query', own);
    else Reflect.deleteProperty(pool, 'query');
  }
  return sent.filter((name) => !ON_ITS_OWN.includes(name));
}
