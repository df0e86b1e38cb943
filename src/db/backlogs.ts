import type { Reader } from './tx.ts';

/** What waits to be worked off. */
interface Backlog {
  readonly count: number; // MOST of it, where there is more
  readonly oldestSeconds: number; // 0 where nothing waits
}

/** So much is counted: who watches is told early, and counting costs nothing. */
const MOST = 10_000;

/** Notes that nobody has acted on, and audit events without a place. `now`: ms since 1970. */
export async function readBacklogs(sql: Reader, now: number): Promise<{ outbox: Backlog; audit: Backlog }> {
  const [found] = await sql.query<Record<'notes' | 'events', number> & Record<'noteAt' | 'eventAt', Date | null>>(
    'backlogs',
    `select n.count as notes, n.at as "noteAt", e.count as events, e.at as "eventAt"
       from (select count(*), min(created_at) as at
               from (select created_at from note where kind = 'grade.changed' and not is_told order by entered limit $1) as first_notes) as n,
            (select count(*), min(at) as at
               from (select a.at from audit_queue q join audit_event a on a.id = q.event_id order by q.event_id limit $1) as first_events) as e`,
    [MOST],
  );
  const backlog = (count: number, since: Date | null): Backlog => ({
    count,
    oldestSeconds: since ? Math.max(0, (now - since.getTime()) / 1000) : 0,
  });
  return { outbox: backlog(found!.notes, found!.noteAt), audit: backlog(found!.events, found!.eventAt) };
}
