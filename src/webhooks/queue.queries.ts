import type { Reader, Tx } from '../db/tx.ts';

/** The task that graphile-worker runs for us, and by how many at once for each endpoint. */
export const TASK = 'webhooks.deliver';
export const SLOTS = 4;

/** Where the library has its tables: ours alone, whoever else uses it in this database. */
export const SCHEMA = 'webhook_jobs';

/** What is sent to an endpoint about one subject, in order. */
export interface Lane {
  readonly endpointId: string;
  readonly subjectId: string;
}

/**
 * A job for a lane, as graphile-worker takes it. There is one for each lane at most (its key); jobs of a queue run one after the other, and an
 * endpoint has few of them: what hangs there keeps nobody else waiting. Lanes of one subject always get the same queue.
 */
const SPEC = `('${TASK}', json_build_object('endpointId', endpoint_id, 'subjectId', subject_id),
   endpoint_id || '/' || (abs(hashtext(subject_id::text)::bigint) % ${SLOTS}), run_at, null, endpoint_id || '/' || subject_id, null, null
  )::webhook_jobs.job_spec`;

/** Those for whom no job was made yet, on to the library: a job for each lane, for when its first delivery is due. How many deliveries. */
export const queueLanes = async (tx: Tx, limit: number): Promise<number> =>
  (
    await tx.query<{ queued: number }>(
      'webhooks.queue',
      `with next as (
         select endpoint_id, place from webhook_delivery where not is_queued order by place limit $1 for update skip locked),
       marked as (
         update webhook_delivery d set is_queued = true from next where d.endpoint_id = next.endpoint_id and d.place = next.place
         returning d.endpoint_id, d.subject_id),
       lanes as (
         select endpoint_id, subject_id, first.next_attempt_at as run_at
           from (select distinct endpoint_id, subject_id from marked) as lane, lateral (
             select d.next_attempt_at from webhook_delivery d
              where d.endpoint_id = lane.endpoint_id and d.subject_id = lane.subject_id and d.status = 'PENDING'
              order by d.place limit 1) as first),
       added as (
         select from webhook_jobs.add_jobs(array(select ${SPEC} from lanes), false) where exists (select from lanes))
       select (select count(*) from marked)::int as queued, (select count(*) from added)::int as jobs`,
      [limit],
    )
  )[0]!.queued;

/** From within its own job: another one, for later. */
export const requeueLane = (sql: Reader, { endpointId, subjectId }: Lane, runAt: Date): Promise<unknown> =>
  sql.query(
    'webhooks.requeue',
    `select from webhook_jobs.add_jobs(array(
       select ${SPEC} from (values ($1::uuid, $2::uuid, $3::timestamptz)) as lane (endpoint_id, subject_id, run_at)), false)`,
    [endpointId, subjectId, runAt],
  );

export const isAnythingUnqueued = async (sql: Reader): Promise<boolean> =>
  (await sql.query('webhooks.is-unqueued', 'select from webhook_delivery where not is_queued limit 1')).length > 0;

/** Everything that waits, as if no job had been made: the library's tables are new. */
export const unqueueAll = (sql: Reader): Promise<unknown> =>
  sql.query(
    'webhooks.unqueue-all',
    `update webhook_delivery set is_queued = false where is_queued and status = 'PENDING'`,
  );

/** Whether the library has made its tables. */
export const isInstalled = async (sql: Reader): Promise<boolean> =>
  (
    await sql.query<{ is: boolean }>(
      'webhooks.is-installed',
      `select to_regclass('webhook_jobs.jobs') is not null as is`,
    )
  )[0]!.is;

/** This process says that it lives. */
export const keepAlive = (sql: Reader, id: string, until: Date): Promise<unknown> =>
  sql.query(
    'webhooks.keep-alive',
    'insert into webhook_runner (id, alive_until) values ($1, $2) on conflict (id) do update set alive_until = excluded.alive_until',
    [id, until],
  );

/** Who has locked jobs since before an instant, and has not said since that it lives. */
export const deadRunners = async (sql: Reader, now: Date, lockedBefore: Date): Promise<string[]> =>
  (
    await sql.query<{ id: string }>(
      'webhooks.dead-runners',
      `select distinct j.locked_by as id from webhook_jobs.jobs j
        where j.locked_at < $2 and not exists (select from webhook_runner r where r.id = j.locked_by and r.alive_until > $1)`,
      [now, lockedBefore],
    )
  ).map(({ id }) => id);

/** What they have locked can be taken by others. The library itself would wait for four hours. */
export async function freeJobsOf(sql: Reader, ids: readonly string[]): Promise<void> {
  await sql.query('webhooks.free-jobs', 'select webhook_jobs.force_unlock_workers($1::text[])', [ids]);
  await sql.query('webhooks.drop-runners', 'delete from webhook_runner where id = any($1)', [ids]);
}
