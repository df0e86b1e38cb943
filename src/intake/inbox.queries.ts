import type { Tx } from '../db/tx.ts';
import { arraysOf, bytea, copyOf, GatheredRows, instant, text, type Columns } from '../db/binary-rows.ts';
import type { Envelope } from './event.ts';

/** Claims the identities that are new, in the order given; waits for whoever is claiming the same at this moment. */
export const claim = (tx: Tx, envelopes: readonly Envelope[], now: Date): Promise<{ source: string; id: string }[]> =>
  tx.query(
    'inbox_claim',
    `insert into inbox (source, id, content_hash, recorded_at)
     select source, id, content_hash, $4 from unnest($1::text[], $2::text[], $3::bytea[]) as new (source, id, content_hash)
     on conflict do nothing returning source, id`,
    [
      ...arraysOf(
        envelopes,
        text((each) => each.source),
        text((each) => each.id),
        bytea((each) => each.contentHash),
      ),
      now,
    ],
  );

/** What names an envelope, and what it says. */
export type Identity = Pick<Envelope, 'source' | 'id' | 'contentHash'>;

const NEW: Columns<Identity> = {
  source: text((each) => each.source),
  id: text((each) => each.id),
  content_hash: bytea((each) => each.contentHash),
};

/** The same, written down as they come. */
export const gatheredIdentities = (now: number): GatheredRows<Identity> =>
  new GatheredRows('inbox', { ...NEW, recorded_at: instant(() => now) });

/** Claims identities of which none should be there: a quarter of the cost. False, and none claimed, where one is. */
export const claimNew = (tx: Tx, envelopes: readonly Identity[], now: number): Promise<boolean> =>
  tx.copyNew(...copyOf('inbox', { ...NEW, recorded_at: instant(() => now) }, envelopes));

export const known = (
  tx: Tx,
  envelopes: readonly Envelope[],
): Promise<{ source: string; id: string; content_hash: Buffer }[]> =>
  tx.query(
    'inbox_known',
    `select i.source, i.id, i.content_hash from unnest($1::text[], $2::text[]) as asked (source, id) join inbox i using (source, id)`,
    arraysOf(
      envelopes,
      text((each) => each.source),
      text((each) => each.id),
    ),
  );

/** A refused envelope leaves no trace, so that it can be sent again when it is mended. */
export const forget = (tx: Tx, envelopes: readonly Pick<Envelope, 'source' | 'id'>[]): Promise<unknown> =>
  tx.query(
    'inbox_forget',
    `delete from inbox using unnest($1::text[], $2::text[]) as gone (source, id) where inbox.source = gone.source and inbox.id = gone.id`,
    arraysOf(
      envelopes,
      text((each) => each.source),
      text((each) => each.id),
    ),
  );

export const replaceHash = (tx: Tx, envelopes: readonly Envelope[]): Promise<unknown> =>
  tx.query(
    'inbox_replace_hash',
    `update inbox set content_hash = new.content_hash from unnest($1::text[], $2::text[], $3::bytea[]) as new (source, id, content_hash)
      where inbox.source = new.source and inbox.id = new.id`,
    arraysOf(
      envelopes,
      text((each) => each.source),
      text((each) => each.id),
      bytea((each) => each.contentHash),
    ),
  );
