import type { Reader, Tx } from '../db/tx.ts';

/** From when to when, and after which one: all that were given a place then. */
export interface Span {
  readonly from: Date | null;
  readonly to: Date | null;
  readonly afterPlace: number;
}

const IN_SPAN = `endpoint_id = $1 and place > $2 and ($3::timestamptz is null or created_at >= $3)
   and ($4::timestamptz is null or created_at < $4) and status <> 'PENDING' and not is_replay`;

/** How many would be sent again, of those that do not wait anyway: counted up to the limit, and one more. */
export const countReplayable = async (
  tx: Tx,
  endpointId: string,
  { from, to, afterPlace }: Span,
  limit: number,
): Promise<number> =>
  (
    await tx.query<{ count: number }>(
      'webhooks.count-replayable',
      `select count(*) from (select from webhook_delivery where ${IN_SPAN} limit $5 + 1) as found`,
      [endpointId, afterPlace, from, to, limit],
    )
  )[0]!.count;

/** Sends them again, as the same messages in the same order, under these new ids. The head is locked; how many. */
export const replay = async (
  tx: Tx,
  endpointId: string,
  { from, to, afterPlace }: Span,
  { last, now, ids }: { readonly last: number; readonly now: Date; readonly ids: readonly string[] },
): Promise<number> =>
  (
    await tx.query(
      'webhooks.replay',
      `insert into webhook_delivery (endpoint_id, place, id, message_id, subject_id, is_replay, created_at)
       select endpoint_id, $5::bigint + nth, ($7::uuid[])[nth::int], message_id, subject_id, true, $6
         from (select *, row_number() over (order by place) as nth from webhook_delivery where ${IN_SPAN}
                order by place limit cardinality($7::uuid[])) as sent
       returning place`,
      [endpointId, afterPlace, from, to, last, now, ids],
    )
  ).length;

/** The place of a delivery of the endpoint; null: there is no such one. */
export const placeOf = async (tx: Tx, endpointId: string, id: string): Promise<number | null> =>
  (
    await tx.query<{ place: number }>(
      'webhooks.place',
      'select place from webhook_delivery where endpoint_id = $1 and id = $2',
      [endpointId, id],
    )
  )[0]?.place ?? null;

/** What was said in messages, but for the words. */
export interface MessageRow {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Date;
}

/** Of deliveries that the caller has found. */
export const messagesOf = (sql: Reader, ids: readonly string[]): Promise<MessageRow[]> =>
  sql.query(
    'webhooks.messages',
    'select id, type, occurred_at as "occurredAt" from webhook_message where id = any($1)',
    [ids],
  );
