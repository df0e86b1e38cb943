import type { Reader } from './tx.ts';

/** What waits to be worked off. */
interface Backlog {
  readonly count: number; // MOST of it, where there is more
  readonly oldestSeconds: number; // 0 where nothing waits
}

/** So much is counted: who watches is told early, and counting costs nothing. */
const MOST = 10_000;

/** Notes that nobody has acted on, audit events without a place, and webhooks that were not taken yet. `now`: ms since 1970. */
export async function readBacklogs(
  sql: Reader,
  now: number,
): Promise<Record<'outbox' | 'audit' | 'webhooks', Backlog>> {
  const [found] = await sql.query<
    Record<'notes' | 'events' | 'sent', number> & Record<'noteAt' | 'eventAt' | 'sentAt', Date | null>
  >(
    'backlogs',
    `select n.count as notes, n.at as "noteAt", e.count as events, e.at as "eventAt", w.count as sent, w.at as "sentAt"
       from (select count(*), min(created_at) as at
               from (select created_at from note where kind = 'grade.changed' and not is_told order by entered limit $1) as first_notes) as n,
            (select count(*), min(at) as at
               from (select a.at from audit_queue q join audit_event a on a.id = q.event_id order by q.event_id limit $1) as first_events) as e,
            (select count(*), min(created_at) as at
               from (select created_at from webhook_delivery where status = 'PENDING' limit $1) as some_deliveries) as w`,
    [MOST],
  );
  const backlog = (count: number, since: Date | null): Backlog => ({
    count,
    oldestSeconds: since ? Math.max(0, (now - since.getTime()) / 1000) : 0,
  });
  const { notes, noteAt, events, eventAt, sent, sentAt } = found!;
  return { outbox: backlog(notes, noteAt), audit: backlog(events, eventAt), webhooks: backlog(sent, sentAt) };
}
