import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { EventType, ToldKind } from './event-types.ts';

export const isAnythingWanted = async (sql: Reader): Promise<boolean> =>
  (await sql.query('webhooks.is-wanted', 'select from note where is_wanted limit 1')).length > 0;

export interface NoteRow {
  readonly subjectId: string;
  readonly id: string;
  readonly kind: EventType;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** The next notes that somebody waits for, in the order in which they were entered. */
export const nextNotes = (tx: Tx, limit: number): Promise<NoteRow[]> =>
  tx.query(
    'webhooks.next-notes',
    `select subject_id as "subjectId", id, kind, payload, created_at as "createdAt" from note
      where is_wanted order by entered limit $1`,
    [limit],
  );

export const markTold = (tx: Tx, notes: readonly NoteRow[]): Promise<unknown> =>
  tx.query(
    'webhooks.mark-told',
    `update note n set is_wanted = false from unnest($1::uuid[], $2::uuid[]) as told (subject_id, id)
      where n.subject_id = told.subject_id and n.id = told.id`,
    columns(
      notes,
      ({ subjectId }) => subjectId,
      ({ id }) => id,
    ),
  );

/** What a subject is called outside. */
export interface SubjectName {
  readonly id: string;
  readonly kind: ToldKind;
  readonly externalId: string;
}

export const subjectNames = (tx: Tx, ids: readonly string[]): Promise<SubjectName[]> =>
  tx.query(
    'webhooks.subject-names',
    `select id, 'MERCHANT' as kind, external_id as "externalId" from merchant where id = any($1)
     union all select id, 'BUYER', external_id from buyer where id = any($1)
     union all select id, 'PRODUCT', external_id from product where id = any($1)`,
    [ids],
  );

export const policyNames = (tx: Tx, ids: readonly string[]): Promise<{ id: string; key: string; version: number }[]> =>
  tx.query('webhooks.policy-names', 'select id, key, version from policy_version where id = any($1)', [ids]);

export const reviewNames = (
  tx: Tx,
  reviews: readonly { readonly merchantId: string; readonly id: string }[],
): Promise<{ id: string; externalId: string | null }[]> =>
  tx.query(
    'webhooks.review-names',
    `select r.id, r.external_id as "externalId" from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
       join review r on r.merchant_id = asked.merchant_id and r.id = asked.id`,
    columns(
      reviews,
      ({ merchantId }) => merchantId,
      ({ id }) => id,
    ),
  );

/** What is said. */
export interface Message {
  readonly id: string;
  readonly type: string;
  readonly subjectKind: ToldKind | null; // null: of a test
  readonly subjectId: string;
  readonly isOpen: boolean; // partners may be told, as far as their scopes go
  readonly occurredAt: Date;
  readonly body: string;
  readonly houseBody: string | null; // for the marketplace's own endpoints; null: they are told the same as partners
}

export const addMessages = (tx: Tx, messages: readonly Message[], now: Date): Promise<unknown> =>
  tx.query(
    'webhooks.add-messages',
    `insert into webhook_message (id, type, subject_kind, subject_id, is_open, occurred_at, body, house_body, made_at)
     select *, $9::timestamptz
       from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::boolean[], $6::timestamptz[], $7::text[], $8::text[])`,
    [
      ...columns(
        messages,
        ({ id }) => id,
        ({ type }) => type,
        ({ subjectKind }) => subjectKind,
        ({ subjectId }) => subjectId,
        ({ isOpen }) => isOpen,
        ({ occurredAt }) => occurredAt,
        ({ body }) => body,
        ({ houseBody }) => houseBody,
      ),
      now,
    ],
  );

export interface NewDelivery {
  readonly endpointId: string;
  readonly place: number;
  readonly id: string;
  readonly messageId: string;
  readonly subjectId: string;
}

export const addDeliveries = (tx: Tx, deliveries: readonly NewDelivery[], now: Date): Promise<unknown> =>
  tx.query(
    'webhooks.add-deliveries',
    `insert into webhook_delivery (endpoint_id, place, id, message_id, subject_id, created_at)
     select *, $6::timestamptz from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[])`,
    [
      ...columns(
        deliveries,
        ({ endpointId }) => endpointId,
        ({ place }) => place,
        ({ id }) => id,
        ({ messageId }) => messageId,
        ({ subjectId }) => subjectId,
      ),
      now,
    ],
  );
