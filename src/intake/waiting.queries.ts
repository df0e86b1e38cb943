import type { Reader } from '../db/tx.ts';
import type { MarketEvent } from './event.ts';
import type { FactKind } from './keys.queries.ts';

/** An event that waits for what it is about, or did so in vain. */
export interface WaitingRow {
  readonly id: string; // ours
  readonly source: string;
  readonly eventId: string;
  readonly type: MarketEvent['type'];
  readonly kind: FactKind; // of what it waits for
  readonly externalId: string;
  readonly receivedAt: Date;
  readonly waitsUntil: Date;
  readonly code: string | null; // why it was rejected; null while it waits
}

const COLUMNS = `p.id, p.source, p.event_id as "eventId", p.event ->> 'type' as type, p.kind, p.external_id as "externalId",
  p.recorded_at as "receivedAt", p.expires_at as "waitsUntil", p.rejected_code as code`;

/** The last that came first. */
export const waitingEvents = (on: Reader, after: string | null, most: number): Promise<WaitingRow[]> =>
  on.query(
    'waiting_events',
    `select ${COLUMNS} from pending_event p where rejected_code is null and ($1::uuid is null or id < $1)
      order by id desc limit $2`,
    [after, most],
  );

/** Forgets some of those that were rejected and would have waited until before an instant, the first that came first; how many. */
export const forgetRejected = async (on: Reader, before: Date, most: number): Promise<number> =>
  (
    await on.query(
      'forget_rejected_waiting_events',
      `delete from pending_event where (kind, external_id, id) in (
         select kind, external_id, id from pending_event where rejected_code is not null and expires_at < $1 order by id limit $2)
       returning id`,
      [before, most],
    )
  ).length;

/** What has been sent again meanwhile, and is waiting or was taken in, is in the inbox: it is rejected no more. */
export const rejectedEvents = (on: Reader, after: string | null, most: number): Promise<WaitingRow[]> =>
  on.query(
    'rejected_waiting_events',
    `select ${COLUMNS} from pending_event p where rejected_code is not null and ($1::uuid is null or id < $1)
        and not exists (select from inbox i where i.source = p.source and i.id = p.event_id)
      order by id desc limit $2`,
    [after, most],
  );
