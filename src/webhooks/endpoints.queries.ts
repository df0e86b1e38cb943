import type { Purpose } from '../access/terms.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { EventType, ToldKind } from './event-types.ts';
import type { DisabledReason } from './webhook-endpoint.ts';

/** Held until the transaction ends: one at a time gives places to deliveries, or changes who is told what. */
export async function lockHead(tx: Tx): Promise<number> {
  await tx.query('webhooks.begin', 'insert into webhook_head (id, last) values (1, 0) on conflict do nothing');
  const [head] = await tx.query<{ last: number }>(
    'webhooks.lock',
    'select last from webhook_head where id = 1 for update',
  );
  return head!.last;
}

export const moveHead = (tx: Tx, last: number): Promise<unknown> =>
  tx.query('webhooks.move-head', 'update webhook_head set last = $1 where id = 1', [last]);

export interface NewEndpoint {
  readonly id: string;
  readonly partnerId: string | null;
  readonly purpose: Purpose | null;
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly EventType[];
  readonly subjectKinds: readonly ToldKind[];
  readonly createdBy: string;
  readonly createdAt: Date;
}

export const addEndpoint = (tx: Tx, each: NewEndpoint): Promise<unknown> =>
  tx.query(
    'webhooks.add-endpoint',
    `insert into webhook_endpoint (id, partner_id, purpose, url, description, event_types, subject_kinds, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      each.id,
      each.partnerId,
      each.purpose,
      each.url,
      each.description,
      each.eventTypes,
      each.subjectKinds,
      each.createdBy,
      each.createdAt,
    ],
  );

/** How many there are of the partner, or of the marketplace (null). */
export const countEndpoints = async (tx: Tx, partnerId: string | null): Promise<number> =>
  (
    await tx.query<{ count: number }>(
      'webhooks.count-endpoints',
      `select count(*) from webhook_endpoint where partner_id is not distinct from $1 and deleted_at is null`,
      [partnerId],
    )
  )[0]!.count;

export interface HeldEndpoint {
  readonly id: string;
  readonly partnerId: string | null;
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly EventType[];
  readonly subjectKinds: readonly ToldKind[];
  readonly disabledAt: Date | null;
  readonly disabledReason: DisabledReason | null;
}

/** Until the transaction ends nobody else changes it; null: it is no more. */
export const lockEndpoint = async (tx: Tx, id: string): Promise<HeldEndpoint | null> =>
  (
    await tx.query<HeldEndpoint>(
      'webhooks.lock-endpoint',
      `select id, partner_id as "partnerId", url, description, event_types as "eventTypes", subject_kinds as "subjectKinds",
              disabled_at as "disabledAt", disabled_reason as "disabledReason"
         from webhook_endpoint where id = $1 and deleted_at is null for update`,
      [id],
    )
  )[0] ?? null;

export const changeEndpoint = (
  tx: Tx,
  { id, url, description, eventTypes, subjectKinds }: Omit<HeldEndpoint, 'partnerId' | 'disabledAt' | 'disabledReason'>,
): Promise<unknown> =>
  tx.query(
    'webhooks.change-endpoint',
    'update webhook_endpoint set url = $2, description = $3, event_types = $4, subject_kinds = $5 where id = $1',
    [id, url, description, eventTypes, subjectKinds],
  );

/** False where it was disabled already, or is no more. */
export const disableEndpoint = async (tx: Tx, id: string, at: Date, reason: DisabledReason): Promise<boolean> =>
  (
    await tx.query(
      'webhooks.disable-endpoint',
      `update webhook_endpoint set disabled_at = $2, disabled_reason = $3
        where id = $1 and disabled_at is null and deleted_at is null returning id`,
      [id, at, reason],
    )
  ).length > 0;

/** As if it had never failed. */
export const enableEndpoint = (tx: Tx, id: string): Promise<unknown> =>
  tx.query(
    'webhooks.enable-endpoint',
    `update webhook_endpoint set disabled_at = null, disabled_reason = null, failures = 0, failing_since = null, rests_until = null
      where id = $1`,
    [id],
  );

/** What waits for it is tried anew, and at once. */
export const resumeDeliveries = (tx: Tx, id: string): Promise<unknown> =>
  tx.query(
    'webhooks.resume-deliveries',
    `update webhook_delivery set attempts = 0, first_attempt_at = null, next_attempt_at = null, is_queued = false
      where endpoint_id = $1 and status = 'PENDING'`,
    [id],
  );

export const deleteEndpoint = async (tx: Tx, id: string, at: Date): Promise<void> => {
  await tx.query('webhooks.delete-endpoint', 'update webhook_endpoint set deleted_at = $2 where id = $1', [id, at]);
  await tx.query('webhooks.delete-secrets', 'delete from webhook_secret where endpoint_id = $1', [id]);
};

/** Endpoints that are told what happens now. One that is disabled finds it later, unless that lasts for too long. */
const LISTENING = 'deleted_at is null and (disabled_at is null or disabled_at > $1)';

/** Notes are marked for us from the next one on where somebody is to be told of their kind. The head is locked. */
export async function saveInterest(tx: Tx, disabledAfter: Date): Promise<void> {
  await tx.query(
    'webhooks.drop-interest',
    `delete from note_interest where kind not in (select unnest(event_types) from webhook_endpoint where ${LISTENING})`,
    [disabledAfter],
  );
  await tx.query(
    'webhooks.add-interest',
    `insert into note_interest (kind) select distinct unnest(event_types) from webhook_endpoint where ${LISTENING}
     on conflict do nothing`,
    [disabledAfter],
  );
}

export interface Listener {
  readonly id: string;
  readonly partnerId: string | null;
  readonly purpose: Purpose | null;
  readonly eventTypes: readonly EventType[];
  readonly subjectKinds: readonly ToldKind[];
}

export const listeners = (tx: Tx, disabledAfter: Date): Promise<Listener[]> =>
  tx.query(
    'webhooks.listeners',
    `select id, partner_id as "partnerId", purpose, event_types as "eventTypes", subject_kinds as "subjectKinds"
       from webhook_endpoint where ${LISTENING} order by id`,
    [disabledAfter],
  );

/** Whether there is anything to be done here at all. */
export const isAnyEndpoint = async (sql: Reader): Promise<boolean> =>
  (await sql.query('webhooks.is-any', 'select from webhook_endpoint where deleted_at is null limit 1')).length > 0;
