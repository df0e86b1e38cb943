import { arraysOf, copyOf, GatheredRows, jsonb, text, uuid, type Columns } from '../db/binary-rows.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { MarketEvent } from './event.ts';

export type FactKind = 'order' | 'review';
export interface FactKey {
  readonly kind: FactKind;
  readonly externalId: string;
}
export interface NewFactKey extends FactKey {
  readonly merchantId: string | null; // null: nothing is known of it yet, but somebody waits
  readonly factId: string | null;
}
export interface KeyRow {
  external_id: string;
  merchant_id: string | null;
  fact_id: string | null;
}

/** Takes the keys that are free, in the order given. Waits for whoever is taking the same at this moment, so that an event and its order never miss each other. */
export const takeKeys = (tx: Tx, keys: readonly NewFactKey[]): Promise<{ external_id: string }[]> =>
  tx.query(
    'take_fact_keys',
    `insert into fact_key (kind, external_id, merchant_id, fact_id)
     select kind, external_id, merchant_id, fact_id
       from unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[]) as new (kind, external_id, merchant_id, fact_id)
     on conflict do nothing returning external_id`,
    arraysOf(
      keys,
      text((each) => each.kind),
      text((each) => each.externalId),
      uuid((each) => each.merchantId),
      uuid((each) => each.factId),
    ),
  );

const NEW: Columns<NewFactKey> = {
  kind: text((each) => each.kind),
  external_id: text((each) => each.externalId),
  merchant_id: uuid((each) => each.merchantId),
  fact_id: uuid((each) => each.factId),
};

/** Takes keys of which none should be taken. False, and none taken, where one is. */
export const takeNewKeys = (tx: Tx, keys: readonly NewFactKey[]): Promise<boolean> =>
  tx.copyNew(...copyOf('fact_key', NEW, keys));

/** The same, written down as they come. */
export const gatheredKeys = (): GatheredRows<NewFactKey> => new GatheredRows('fact_key', NEW);

/** Locks keys that are taken, in order. Whoever holds an order's key may change the order. */
export const lockKeys = (tx: Tx, keys: readonly FactKey[]): Promise<KeyRow[]> =>
  tx.query(
    'lock_fact_keys',
    `select k.external_id, k.merchant_id, k.fact_id
       from unnest($1::text[], $2::text[]) as asked (kind, external_id) join fact_key k using (kind, external_id)
      order by k.kind, k.external_id for update of k`,
    arraysOf(
      keys,
      text((each) => each.kind),
      text((each) => each.externalId),
    ),
  );

export const fillKeys = (tx: Tx, keys: readonly NewFactKey[]): Promise<unknown> =>
  tx.query(
    'fill_fact_keys',
    `update fact_key as k set merchant_id = new.merchant_id, fact_id = new.fact_id
       from unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[]) as new (kind, external_id, merchant_id, fact_id)
      where k.kind = new.kind and k.external_id = new.external_id`,
    arraysOf(
      keys,
      text((each) => each.kind),
      text((each) => each.externalId),
      uuid((each) => each.merchantId),
      uuid((each) => each.factId),
    ),
  );

/** Gives back keys that were taken for what was then refused. */
export const dropEmptyKeys = (tx: Tx, keys: readonly FactKey[]): Promise<unknown> =>
  tx.query(
    'drop_empty_fact_keys',
    `delete from fact_key k using unnest($1::text[], $2::text[]) as gone (kind, external_id)
      where k.kind = gone.kind and k.external_id = gone.external_id and k.fact_id is null`,
    arraysOf(
      keys,
      text((each) => each.kind),
      text((each) => each.externalId),
    ),
  );

export interface PendingRow {
  kind: FactKind;
  external_id: string;
  id: string;
  source: string;
  event_id: string;
  event: MarketEvent;
}

/** What waits for these facts. It stays until it is settled. */
export const waitingFor = (tx: Tx, keys: readonly FactKey[]): Promise<PendingRow[]> =>
  tx.query(
    'waiting_for',
    `select p.kind, p.external_id, p.id, p.source, p.event_id, p.event
       from unnest($1::text[], $2::text[]) as asked (kind, external_id) join pending_event p using (kind, external_id)
      where p.rejected_code is null order by p.kind, p.external_id, p.id`,
    arraysOf(
      keys,
      text((each) => each.kind),
      text((each) => each.externalId),
    ),
  );

export interface NewPending extends FactKey {
  readonly id: string;
  readonly source: string;
  readonly eventId: string;
  readonly event: MarketEvent;
}
export const addPending = (tx: Tx, rows: readonly NewPending[], now: Date, expiresAt: Date): Promise<unknown> =>
  tx.query(
    'add_pending',
    `insert into pending_event (kind, external_id, id, source, event_id, event, recorded_at, expires_at)
     select kind, external_id, id, source, event_id, event, $7, $8
       from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[]) as new (kind, external_id, id, source, event_id, event)`,
    [
      ...arraysOf(
        rows,
        text((each) => each.kind),
        text((each) => each.externalId),
        uuid((each) => each.id),
        text((each) => each.source),
        text((each) => each.eventId),
        jsonb((each) => each.event),
      ),
      now,
      expiresAt,
    ],
  );

/** Settled: taken in (no code), or refused and kept with the reason. */
export const settlePending = (
  tx: Tx,
  rows: readonly { kind: FactKind; externalId: string; id: string; rejectedCode: string | null }[],
): Promise<unknown> =>
  tx.query(
    'settle_pending',
    `with settled as (select * from unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) as s (kind, external_id, id, code)),
          taken as (delete from pending_event p using settled s
                     where p.kind = s.kind and p.external_id = s.external_id and p.id = s.id and s.code is null)
     update pending_event p set rejected_code = s.code from settled s
      where p.kind = s.kind and p.external_id = s.external_id and p.id = s.id and s.code is not null`,
    arraysOf(
      rows,
      text((each) => each.kind),
      text((each) => each.externalId),
      uuid((each) => each.id),
      text((each) => each.rejectedCode),
    ),
  );

/** What somebody has waited for long enough; the longest waits first. */
export const overdueKeys = (on: Reader, now: Date, most: number): Promise<{ kind: FactKind; externalId: string }[]> =>
  on.query(
    'overdue_fact_keys',
    `select distinct kind, external_id as "externalId"
       from (select kind, external_id from pending_event where rejected_code is null and expires_at <= $1
              order by expires_at limit $2) as overdue`,
    [now, most],
  );

/** Waited for nothing. Whoever does this holds the keys, so that no fact turns up meanwhile. */
export const expirePending = (tx: Tx, keys: readonly FactKey[], now: Date): Promise<{ source: string; id: string }[]> =>
  tx.query(
    'expire_pending',
    `update pending_event p set rejected_code = case p.kind when 'order' then 'ORDER_UNKNOWN' else 'REVIEW_UNKNOWN' end
       from unnest($1::text[], $2::text[]) as asked (kind, external_id)
      where p.kind = asked.kind and p.external_id = asked.external_id and p.rejected_code is null and p.expires_at <= $3
     returning p.source, p.event_id as id`,
    [
      ...arraysOf(
        keys,
        text((each) => each.kind),
        text((each) => each.externalId),
      ),
      now,
    ],
  );

/** Where the fact of the platform's own id is. */
export const placeOfFact = (
  on: Reader,
  kind: FactKind,
  externalId: string,
): Promise<{ merchantId: string; id: string }[]> =>
  on.query(
    'place_of_fact',
    `select merchant_id as "merchantId", fact_id as id from fact_key where kind = $1 and external_id = $2 and fact_id is not null`,
    [kind, externalId],
  );
