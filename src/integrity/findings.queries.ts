import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { EvidenceRow, Outcome } from '../detection/evidence.ts';
import type { SuspicionKind, SuspicionStatus } from './suspicion.ts';

export interface SuspicionKey {
  readonly merchantId: string;
  readonly id: string;
}
interface Content extends SuspicionKey {
  readonly kind: SuspicionKind;
  readonly probability: number;
  readonly outcome: Outcome;
  readonly codes: readonly string[];
  readonly ring: { readonly id: string } | null;
}
const contentOf = (rows: readonly Content[]): string[] =>
  columns(
    rows,
    (each) => each.merchantId,
    (each) => each.id,
    (each) => each.kind,
    (each) => each.probability,
    (each) => each.outcome,
    (each) => each.ring?.id,
    (each) => arrayOf(each.codes),
  );
const arrayOf = (codes: readonly string[]): string => `{${codes.join(',')}}`;

export const insertSuspicions = (tx: Tx, rows: readonly Content[], at: Date): Promise<unknown> =>
  tx.query(
    'integrity.open',
    `insert into suspicion (merchant_id, id, kind, status, probability, outcome, ring_id, codes, opened_at, updated_at)
     select merchant_id, id, kind, 'OPEN', probability, outcome, ring_id, codes::text[], $8, $8
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[], $5::text[], $6::uuid[], $7::text[])
         as new (merchant_id, id, kind, probability, outcome, ring_id, codes)`,
    [...contentOf(rows), at],
  );

/** What was dismissed is open again. */
export const updateSuspicions = (tx: Tx, rows: readonly Content[], at: Date): Promise<unknown> =>
  tx.query(
    'integrity.update',
    `update suspicion s set kind = new.kind, status = 'OPEN', probability = new.probability, outcome = new.outcome,
            ring_id = coalesce(new.ring_id, s.ring_id),
            codes = array(select distinct unnest(s.codes || new.codes::text[])), updated_at = $8, decided_at = null, decided_by = null, decision_note = null
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[], $5::text[], $6::uuid[], $7::text[])
         as new (merchant_id, id, kind, probability, outcome, ring_id, codes)
      where s.merchant_id = new.merchant_id and s.id = new.id`,
    [...contentOf(rows), at],
  );

export const dropEvidence = (tx: Tx, keys: readonly SuspicionKey[]): Promise<unknown> =>
  tx.query(
    'integrity.drop_evidence',
    `delete from suspicion_evidence e using unnest($1::uuid[], $2::uuid[]) as gone (merchant_id, id)
      where e.merchant_id = gone.merchant_id and e.suspicion_id = gone.id`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

export const insertEvidence = (
  tx: Tx,
  rows: readonly (EvidenceRow & { readonly merchantId: string; readonly suspicionId: string })[],
): Promise<unknown> =>
  tx.query(
    'integrity.evidence',
    `insert into suspicion_evidence (merchant_id, suspicion_id, code, family, observed, expected, log_likelihood_ratio, detail, facts)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::float8[], $7::float8[], $8::jsonb[], $9::jsonb[])`,
    columns(
      rows,
      (each) => each.merchantId,
      (each) => each.suspicionId,
      (each) => each.code,
      (each) => each.family,
      (each) => each.observed,
      (each) => each.expected,
      (each) => each.logLikelihoodRatio,
      (each) => JSON.stringify(each.detail),
      (each) => JSON.stringify(each.facts ?? []),
    ),
  );

interface FactOfSuspicion {
  readonly merchantId: string;
  readonly suspicionId: string;
  readonly factId: string;
}
const factsOf = (rows: readonly FactOfSuspicion[]): string[] =>
  columns(
    rows,
    (each) => each.merchantId,
    (each) => each.suspicionId,
    (each) => each.factId,
  );
export const addReviews = (tx: Tx, rows: readonly FactOfSuspicion[]): Promise<unknown> =>
  tx.query(
    'integrity.add_reviews',
    `insert into suspicion_review (merchant_id, suspicion_id, review_id)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) on conflict do nothing`,
    factsOf(rows),
  );
export const addOrders = (tx: Tx, rows: readonly FactOfSuspicion[]): Promise<unknown> =>
  tx.query(
    'integrity.add_orders',
    `insert into suspicion_order (merchant_id, suspicion_id, order_id)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) on conflict do nothing`,
    factsOf(rows),
  );

export type VerdictKind = 'OPENED' | 'REOPENED' | 'CONFIRMED' | 'DISMISSED' | 'WITHDRAWN';
export interface NewVerdict {
  readonly merchantId: string;
  readonly suspicionId: string;
  readonly id: string;
  readonly kind: VerdictKind;
  readonly actor: string;
  readonly note: string | null;
  readonly codes: readonly string[];
  readonly at: Date;
}
export const addVerdicts = (tx: Tx, rows: readonly NewVerdict[]): Promise<unknown> =>
  tx.query(
    'integrity.verdicts',
    `insert into suspicion_verdict (merchant_id, suspicion_id, id, kind, actor, note, codes, at)
     select merchant_id, suspicion_id, id, kind, actor, note, codes::text[], at
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
         as new (merchant_id, suspicion_id, id, kind, actor, note, codes, at)`,
    columns(
      rows,
      (each) => each.merchantId,
      (each) => each.suspicionId,
      (each) => each.id,
      (each) => each.kind,
      (each) => each.actor,
      (each) => each.note,
      (each) => arrayOf(each.codes),
      (each) => each.at,
    ),
  );

/** Who acts together, and on whom; it may lead over many merchants. */
export interface FoundRing {
  readonly id: string;
  readonly members: readonly string[]; // buyers
  readonly targets: readonly string[]; // merchants
  readonly density: number;
}

/** The members and targets of rings as they are known now; those known before stay. */
export const saveRings = (tx: Tx, rings: readonly FoundRing[], at: Date): Promise<unknown> => {
  const partiesOf = (of: 'members' | 'targets') =>
    columns(
      rings.flatMap((ring) => ring[of].map((party) => ({ id: ring.id, party }))),
      (each) => each.id,
      (each) => each.party,
    );
  const own = columns(
    rings,
    (each) => each.id,
    (each) => each.density,
  );
  return tx.query(
    'integrity.save_rings',
    `with ring as (insert into ring (id, density, found_at) select id, density, $7 from unnest($1::uuid[], $2::float8[]) as new (id, density)
                   on conflict (id) do update set density = excluded.density, found_at = excluded.found_at),
          members as (insert into ring_member select * from unnest($3::uuid[], $4::uuid[]) on conflict do nothing)
     insert into ring_target select * from unnest($5::uuid[], $6::uuid[]) on conflict do nothing`,
    [...own, ...partiesOf('members'), ...partiesOf('targets'), at],
  );
};

/** A suspicion as a scan finds it again: what it is about, and what spoke for it. */
export interface KnownSuspicion extends SuspicionKey {
  readonly place: number; // of the finding that is about some of the same, among those asked
  readonly kind: SuspicionKind;
  readonly status: SuspicionStatus;
  readonly facts: string[]; // of those asked
  readonly codes: string[]; // that spoke for a fake
}
export interface AskedFacts {
  readonly place: number;
  readonly merchantId: string;
  readonly ids: readonly string[];
}

/** Suspicions about any of these facts, held in the order of their ids until the transaction ends. */
export const lockAbout = (tx: Tx, fact: 'review' | 'order', asked: readonly AskedFacts[]): Promise<KnownSuspicion[]> =>
  tx.query(
    `integrity.about_${fact}`,
    `select f.place, s.merchant_id as "merchantId", s.id, s.kind, s.status, s.codes, f.facts from suspicion s join (
         select asked.place, f.merchant_id, f.suspicion_id, array_agg(f.${fact}_id) as facts
           from unnest($1::int[], $2::uuid[], $3::uuid[]) as asked (place, merchant_id, fact_id)
           join suspicion_${fact} f on f.merchant_id = asked.merchant_id and f.${fact}_id = asked.fact_id
          group by 1, 2, 3) as f on f.merchant_id = s.merchant_id and f.suspicion_id = s.id
      order by s.merchant_id, s.id, f.place for update of s`,
    columns(
      asked.flatMap(({ place, merchantId, ids }) => ids.map((id) => ({ place, merchantId, id }))),
      (each) => each.place,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

/** Of these reviews, to which rings their suspicions belong, with how many. */
export const ringsOfReviews = (
  on: Reader,
  keys: readonly { merchantId: string; id: string }[],
): Promise<{ ringId: string; reviews: number }[]> =>
  on.query(
    'integrity.rings_of_reviews',
    `select s.ring_id as "ringId", count(*)::int as reviews
       from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, review_id)
       join suspicion_review f on f.merchant_id = asked.merchant_id and f.review_id = asked.review_id
       join suspicion s on s.merchant_id = f.merchant_id and s.id = f.suspicion_id
      where s.ring_id is not null group by s.ring_id order by 2 desc, 1 limit 1`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );

export interface NewHold {
  readonly merchantId: string;
  readonly reviewId: string;
  readonly id: string;
  readonly kind: 'HELD' | 'RELEASED';
  readonly suspicionId: string | null;
  readonly actor: string;
  readonly note: string | null;
  readonly receiptId: string | null;
  readonly at: Date;
}
export const addHolds = (tx: Tx, rows: readonly NewHold[]): Promise<unknown> =>
  tx.query(
    'integrity.add_holds',
    `insert into review_hold (merchant_id, review_id, id, kind, suspicion_id, actor, note, receipt_id, at)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::timestamptz[])`,
    columns(
      rows,
      (each) => each.merchantId,
      (each) => each.reviewId,
      (each) => each.id,
      (each) => each.kind,
      (each) => each.suspicionId,
      (each) => each.actor,
      (each) => each.note,
      (each) => each.receiptId,
      (each) => each.at,
    ),
  );

/** Of these reviews, those that a person released or gave back on appeal: nothing but a person holds or voids them again. */
export const releasedOnes = async (on: Reader, merchantId: string, ids: readonly string[]): Promise<string[]> =>
  (
    await on.query<{ id: string }>(
      'integrity.released',
      `select review_id as id from review_hold
        where merchant_id = $1 and review_id = any($2::uuid[]) and kind = 'RELEASED'
        union select review_id from review_void
        where merchant_id = $1 and review_id = any($2::uuid[]) and lifted_at is not null`,
      [merchantId, ids],
    )
  ).map(({ id }) => id);

/** Of these reviews, those that count, and that no person let count: what a finding may hold. */
export const holdable = (on: Reader, keys: readonly SuspicionKey[]): Promise<SuspicionKey[]> =>
  on.query(
    'integrity.holdable',
    `select asked.merchant_id as "merchantId", asked.id from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
       join review r using (merchant_id, id)
      where r.status = 'COUNTED'
        and not exists (select from review_hold h where h.merchant_id = r.merchant_id and h.review_id = r.id and h.kind = 'RELEASED')
        and not exists (select from review_void v where v.merchant_id = r.merchant_id and v.review_id = r.id and v.lifted_at is not null)`,
    columns(
      keys,
      (each) => each.merchantId,
      (each) => each.id,
    ),
  );
