import type { Purpose } from '../access/terms.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { ToldKind } from './event-types.ts';

/** What is sent next to an endpoint about a subject, and how the endpoint stands. Instants are ms since 1970. */
export interface Due {
  readonly endpointId: string;
  readonly partnerId: string | null;
  readonly purpose: Purpose | null;
  readonly url: string;
  readonly isOff: boolean; // disabled, or deleted
  readonly restsUntil: Date | null;
  readonly failures: number;
  readonly place: number;
  readonly deliveryId: string;
  readonly messageId: string;
  readonly type: string;
  readonly subjectKind: ToldKind | null;
  readonly subjectId: string;
  readonly isOpen: boolean;
  readonly occurredAt: Date;
  readonly body: string;
  readonly attempts: number;
  readonly firstAttemptAt: Date | null;
  readonly nextAttemptAt: Date | null;
}

/** Null: nothing waits. */
export const nextDue = async (sql: Reader, endpointId: string, subjectId: string): Promise<Due | null> =>
  (
    await sql.query<Due>(
      'webhooks.next-due',
      `select e.id as "endpointId", e.partner_id as "partnerId", e.purpose, e.url, e.disabled_at is not null or e.deleted_at is not null as "isOff",
              e.rests_until as "restsUntil", e.failures, d.place, d.id as "deliveryId", d.attempts, d.first_attempt_at as "firstAttemptAt",
              d.next_attempt_at as "nextAttemptAt", m.id as "messageId", m.type, m.subject_kind as "subjectKind",
              m.subject_id as "subjectId", m.is_open as "isOpen", m.occurred_at as "occurredAt",
              case when e.partner_id is null then coalesce(m.house_body, m.body) else m.body end as body
         from webhook_delivery d join webhook_endpoint e on e.id = d.endpoint_id join webhook_message m on m.id = d.message_id
        where d.endpoint_id = $1 and d.subject_id = $2 and d.status = 'PENDING' order by d.place limit 1`,
      [endpointId, subjectId],
    )
  )[0] ?? null;

/** What is written of an attempt. */
export interface Attempt {
  readonly status: 'PENDING' | 'DELIVERED' | 'WITHHELD';
  readonly at: Date;
  readonly nextAttemptAt: Date | null;
  readonly responseStatus: number | null;
  readonly latencyMs: number | null;
  readonly error: string | null;
}

/** False where somebody else has written another attempt meanwhile. */
export const noteAttempt = async (
  sql: Reader,
  { endpointId, place, attempts }: Pick<Due, 'endpointId' | 'place' | 'attempts'>,
  each: Attempt,
): Promise<boolean> =>
  (
    await sql.query(
      'webhooks.note-attempt',
      `update webhook_delivery
          set status = $4, attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, $5), last_attempt_at = $5,
              next_attempt_at = $6, ended_at = case when $4 = 'PENDING' then null else $5 end,
              response_status = $7, latency_ms = $8, error = $9
        where endpoint_id = $1 and place = $2 and attempts = $3 and status = 'PENDING' returning place`,
      [
        endpointId,
        place,
        attempts,
        each.status,
        each.at,
        each.nextAttemptAt,
        each.responseStatus,
        each.latencyMs,
        each.error,
      ],
    )
  ).length > 0;

/** It is sent nothing: who would get it may not know it any more. */
export const withhold = (
  sql: Reader,
  { endpointId, place }: Pick<Due, 'endpointId' | 'place'>,
  at: Date,
): Promise<unknown> =>
  sql.query(
    'webhooks.withhold',
    `update webhook_delivery set status = 'WITHHELD', ended_at = $3, next_attempt_at = null, error = 'NOT_ALLOWED'
      where endpoint_id = $1 and place = $2 and status = 'PENDING'`,
    [endpointId, place, at],
  );

export const noteSuccess = (sql: Reader, endpointId: string): Promise<unknown> =>
  sql.query(
    'webhooks.note-success',
    'update webhook_endpoint set failures = 0, failing_since = null, rests_until = null where id = $1 and failures > 0',
    [endpointId],
  );

/** How often it has failed in a row, with this time. */
export const noteFailure = async (tx: Tx, endpointId: string, at: Date): Promise<number> =>
  (
    await tx.query<{ failures: number }>(
      'webhooks.note-failure',
      `update webhook_endpoint set failures = failures + 1, failing_since = coalesce(failing_since, $2) where id = $1 returning failures`,
      [endpointId, at],
    )
  )[0]!.failures;

export const rest = (tx: Tx, endpointId: string, until: Date): Promise<unknown> =>
  tx.query('webhooks.rest', 'update webhook_endpoint set rests_until = $2 where id = $1', [endpointId, until]);

/** It was not attempted: not yet. */
export const postpone = (
  sql: Reader,
  { endpointId, place }: Pick<Due, 'endpointId' | 'place'>,
  until: Date,
): Promise<unknown> =>
  sql.query(
    'webhooks.postpone',
    `update webhook_delivery set next_attempt_at = $3, error = 'QUOTA_EXHAUSTED' where endpoint_id = $1 and place = $2 and status = 'PENDING'`,
    [endpointId, place, until],
  );
