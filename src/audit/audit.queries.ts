import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { ChainedEvent } from './chain.ts';

/** An event as it is hashed, with what its digests are made of. */
export interface StoredEvent extends ChainedEvent {
  readonly note: string | null;
  readonly salt: Buffer | null;
}

const EVENT = `e.id, (extract(epoch from e.at) * 1000)::float8 as at, e.actor, e.role, e.operation, e.subjects, e.details,
  e.outcome, e.code, e.times, e.made_id as "madeId", e.request_id as "requestId", e.note, e.salt,
  encode(e.note_digest, 'hex') as "noteDigest", encode(e.input_digest, 'hex') as "inputDigest"`;

/** Where the chain ends: how many leaves it has, and the link of the last. */
export interface Head {
  readonly size: number;
  readonly link: Buffer;
}

export const readHead = async (sql: Reader): Promise<Head> =>
  (await sql.query<Head>('audit.head', 'select size, link from audit_head'))[0]!;

/** Null while somebody else makes the chain longer. */
export const lockHead = async (tx: Tx): Promise<Head | null> =>
  (await tx.query<Head>('audit.lock-head', 'select size, link from audit_head for update skip locked'))[0] ?? null;

/** Those that wait for their place, in the order in which they will have it; they wait no longer. */
export const takeWaiting = (tx: Tx, most: number): Promise<StoredEvent[]> =>
  tx.query(
    'audit.take',
    `with taken as (
       delete from audit_queue where event_id in (select event_id from audit_queue order by event_id limit $1)
       returning event_id)
     select ${EVENT} from taken join audit_event e on e.id = taken.event_id order by e.id`,
    [most],
  );

export interface Leaf {
  readonly index: number;
  readonly eventId: string;
  readonly leafHash: Buffer;
  readonly link: Buffer;
}

export const addLeaves = (tx: Tx, leaves: readonly Leaf[]): Promise<unknown> =>
  tx.query(
    'audit.add-leaves',
    `insert into audit_leaf (leaf_index, event_id, leaf_hash, link)
     select * from unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bytea[])`,
    columns(
      leaves,
      ({ index }) => index,
      ({ eventId }) => eventId,
      ({ leafHash }) => leafHash,
      ({ link }) => link,
    ),
  );

export const moveHead = (tx: Tx, { size, link }: Head): Promise<unknown> =>
  tx.query('audit.move-head', 'update audit_head set size = $1, link = $2', [size, link]);

/** A leaf, and its event; null: the event is gone. */
export interface ChainRow extends Leaf {
  readonly event: StoredEvent | null;
}

/** So many leaves, from the one with this index on. */
export async function leavesFrom(sql: Reader, index: number, most: number): Promise<ChainRow[]> {
  const rows = await sql.query<StoredEvent & { leafIndex: number; eventId: string; leafHash: Buffer; link: Buffer }>(
    'audit.leaves-from',
    `select l.leaf_index as "leafIndex", l.event_id as "eventId", l.leaf_hash as "leafHash", l.link, ${EVENT}
       from audit_leaf l left join audit_event e on e.id = l.event_id
      where l.leaf_index >= $1 order by l.leaf_index limit $2`,
    [index, most],
  );
  return rows.map(({ leafIndex, eventId, leafHash, link, ...event }) => ({
    index: leafIndex,
    eventId,
    leafHash,
    link,
    event: event.id === null ? null : event,
  }));
}

/** Events that neither have a place nor wait for one. */
export const strayEvents = (sql: Reader, most: number): Promise<{ id: string }[]> =>
  sql.query(
    'audit.stray',
    `select e.id from audit_event e
      where not exists (select from audit_leaf l where l.event_id = e.id)
        and not exists (select from audit_queue q where q.event_id = e.id)
      order by e.id limit $1`,
    [most],
  );

export const isAnyWaiting = async (sql: Reader): Promise<boolean> =>
  (await sql.query('audit.any-waiting', 'select from audit_queue limit 1')).length > 0;

export const countWaiting = async (sql: Reader): Promise<number> =>
  (await sql.query<{ count: number }>('audit.waiting', 'select count(*) as count from audit_queue'))[0]!.count;

/** The places of events by what they made, the first place of each. */
export const placesOf = (sql: Reader, madeIds: readonly string[]): Promise<{ madeId: string; index: number }[]> =>
  sql.query(
    'audit.places',
    `select e.made_id as "madeId", min(l.leaf_index) as index
       from audit_event e join audit_leaf l on l.event_id = e.id where e.made_id = any($1) group by e.made_id`,
    [madeIds],
  );

export const placesOfEvents = (sql: Reader, ids: readonly string[]): Promise<{ eventId: string; index: number }[]> =>
  sql.query(
    'audit.places-of-events',
    `select event_id as "eventId", leaf_index as index from audit_leaf where event_id = any($1)`,
    [ids],
  );
