import type { Database } from '../../src/db/database.ts';

/** What happens while something is locked. */
export function locksOn(db: Database) {
  return {
    /** Holds rows until `during` is done; then what waits for them goes on. */
    holding: async (what: string, during: () => Promise<unknown>): Promise<void> => {
      const blocker = await db.pool.connect();
      try {
        await blocker.query('begin');
        await blocker.query(what);
        await during();
      } finally {
        await blocker.query('rollback');
        blocker.release();
      }
    },
    /** Who waits for a lock with such a statement; undefined where nobody does. */
    waiting: async (statement: string): Promise<number | undefined> =>
      (
        await db.pool.query<{ pid: number }>(
          `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like $1`,
          [statement],
        )
      ).rows[0]?.pid,
  };
}
