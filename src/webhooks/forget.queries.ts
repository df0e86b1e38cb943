import type { Reader } from '../db/tx.ts';

/** Those from before an instant, whatever became of them; how many. */
export const forgetDeliveries = async (sql: Reader, before: Date, limit: number): Promise<number> =>
  (
    await sql.query(
      'webhooks.forget-deliveries',
      `delete from webhook_delivery where (endpoint_id, place) in (
         select endpoint_id, place from webhook_delivery where created_at < $1 order by created_at limit $2) returning place`,
      [before, limit],
    )
  ).length;

/** Those of endpoints that are no more; how many. */
export const forgetOfDeleted = async (sql: Reader, _before: Date, limit: number): Promise<number> =>
  (
    await sql.query(
      'webhooks.forget-of-deleted',
      `delete from webhook_delivery where (endpoint_id, place) in (
         select d.endpoint_id, d.place from webhook_endpoint e join webhook_delivery d on d.endpoint_id = e.id
          where e.deleted_at is not null limit $1) returning place`,
      [limit],
    )
  ).length;

/** Those that nobody gets any more, as far as they are old; how many. */
export const forgetMessages = async (sql: Reader, before: Date, limit: number): Promise<number> =>
  (
    await sql.query(
      'webhooks.forget-messages',
      `delete from webhook_message where id in (
         select m.id from webhook_message m
          where m.made_at < $1 and not exists (select from webhook_delivery d where d.message_id = m.id) limit $2) returning id`,
      [before, limit],
    )
  ).length;

export const forgetEndpoints = (sql: Reader): Promise<unknown> =>
  sql.query(
    'webhooks.forget-endpoints',
    `delete from webhook_endpoint e where deleted_at is not null
        and not exists (select from webhook_delivery d where d.endpoint_id = e.id)
        and not exists (select from webhook_secret s where s.endpoint_id = e.id)`,
  );

/** Processes that ended without a word. */
export const forgetRunners = (sql: Reader, aliveBefore: Date): Promise<unknown> =>
  sql.query('webhooks.forget-runners', 'delete from webhook_runner where alive_until < $1', [aliveBefore]);
