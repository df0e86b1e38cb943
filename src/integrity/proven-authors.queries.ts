import { columns, keyColumns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { EvidenceRow } from '../detection/evidence.ts';
import { FAKE_GROUNDS } from '../reviews/fake-grounds.ts';
import type { SuspicionKey } from './findings.queries.ts';
import type { FactKey } from './marks.queries.ts';
import type { SuspicionStatus } from './suspicion.ts';

/** So many of an author's reviews are looked at when one of them is proven a fake, the latest first; a look back finds the others. */
const MOST_OF_AN_AUTHOR = 500;

/** A review by one of the authors, with what its void says, if it is voided. */
export interface OwnReview extends FactKey {
  readonly authorId: string;
  readonly isLive: boolean; // it counts or is held
  readonly voidedAt: number | null; // ms; null: it is not
  readonly isProven: boolean; // voided as a fake
  readonly evidence: EvidenceRow[] | null; // what stage 1 found; null where nothing is known of it any more
}
export const reviewsByAuthors = (on: Reader, authorIds: readonly string[]): Promise<OwnReview[]> =>
  on.query(
    'integrity.reviews_by_authors',
    `select r.merchant_id as "merchantId", r.id, r.author_id as "authorId",
            r.status in ('COUNTED', 'HELD') and r.retracted_at is null as "isLive",
            (extract(epoch from v.voided_at) * 1000)::float8 as "voidedAt", coalesce(v.ground = any($2::text[]), false) as "isProven",
            case when r.status in ('COUNTED', 'HELD') then m.evidence end as evidence
       from unnest($1::uuid[]) as asked (author_id)
       cross join lateral (select * from review r where r.author_id = asked.author_id order by r.id desc limit ${MOST_OF_AN_AUTHOR}) as r
       left join review_void v on v.merchant_id = r.merchant_id and v.review_id = r.id and v.lifted_at is null
       left join review_mark m on m.merchant_id = r.merchant_id and m.review_id = r.id
      order by v.voided_at, r.id`,
    [authorIds, FAKE_GROUNDS],
  );

export const authorsOfReviews = async (on: Reader, keys: readonly FactKey[]): Promise<string[]> =>
  (
    await on.query<{ id: string }>(
      'integrity.authors_of',
      `select distinct r.author_id as id from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id) join review r using (merchant_id, id)
        order by 1`,
      keyColumns(keys),
    )
  ).map(({ id }) => id);

/** Holds the open and confirmed suspicions about reviews by these authors, in the order of their ids, until the transaction ends. */
export const lockAboutAuthors = (tx: Tx, authorIds: readonly string[]): Promise<unknown> =>
  tx.query(
    'integrity.lock_about_authors',
    `select from suspicion s
      where s.status in ('OPEN', 'CONFIRMED') and (s.merchant_id, s.id) in (
        select f.merchant_id, f.suspicion_id from review r
          join suspicion_review f on f.merchant_id = r.merchant_id and f.review_id = r.id where r.author_id = any($1::uuid[]))
      order by s.merchant_id, s.id for update`,
    [authorIds],
  );

/** A suspicion about some of these reviews, with all its evidence. */
export interface AboutReviews extends SuspicionKey {
  readonly status: SuspicionStatus;
  readonly openedAt: Date;
  readonly reviewIds: string[]; // of those asked
  readonly codes: string[]; // that spoke for a fake
  readonly evidence: EvidenceRow[];
}
const ABOUT = `select s.merchant_id as "merchantId", s.id, s.status, s.opened_at as "openedAt", s.codes, own.ids as "reviewIds",
            coalesce((select jsonb_agg(jsonb_build_object('family', e.family, 'code', e.code, 'observed', e.observed, 'expected', e.expected,
                       'logLikelihoodRatio', e.log_likelihood_ratio, 'detail', e.detail, 'facts', e.facts) order by e.code)
                        from suspicion_evidence e where e.merchant_id = s.merchant_id and e.suspicion_id = s.id), '[]') as evidence
       from (select f.merchant_id, f.suspicion_id, array_agg(f.review_id) as ids
               from unnest($1::uuid[], $2::uuid[]) as asked (merchant_id, id)
               join suspicion_review f on f.merchant_id = asked.merchant_id and f.review_id = asked.id
              group by f.merchant_id, f.suspicion_id) as own
       join suspicion s on s.merchant_id = own.merchant_id and s.id = own.suspicion_id`;
export const suspicionsAbout = (on: Reader, reviews: readonly FactKey[]): Promise<AboutReviews[]> =>
  on.query('integrity.suspicions_about', `${ABOUT} order by s.merchant_id, s.id`, keyColumns(reviews));

/** The same without those that are confirmed by other grounds than this code: of a ring that is penalized, nearly all are. */
export const suspicionsToFollow = (on: Reader, reviews: readonly FactKey[], code: string): Promise<AboutReviews[]> =>
  on.query(
    'integrity.suspicions_to_follow',
    `${ABOUT} where s.status <> 'CONFIRMED' or $3 = any(s.codes) order by s.merchant_id, s.id`,
    [...keyColumns(reviews), code],
  );

export interface Retold extends SuspicionKey {
  readonly probability: number;
  readonly outcome: string;
  readonly openedAt: Date;
  readonly isProven: boolean; // proven fakes are among its evidence
}
export const retell = (tx: Tx, rows: readonly Retold[], code: string): Promise<unknown> =>
  tx.query(
    'integrity.retell',
    `update suspicion s set probability = new.probability, outcome = new.outcome, opened_at = new.opened_at,
            codes = case when new.is_proven then array_append(array_remove(s.codes, $7), $7) else array_remove(s.codes, $7) end
       from unnest($1::uuid[], $2::uuid[], $3::float8[], $4::text[], $5::timestamptz[], $6::boolean[])
         as new (merchant_id, id, probability, outcome, opened_at, is_proven)
      where s.merchant_id = new.merchant_id and s.id = new.id`,
    [
      ...columns(
        rows,
        (each) => each.merchantId,
        (each) => each.id,
        (each) => each.probability,
        (each) => each.outcome,
        (each) => each.openedAt,
        (each) => each.isProven,
      ),
      code,
    ],
  );

/** Takes one ground out of these suspicions. */
export const dropCode = (tx: Tx, keys: readonly SuspicionKey[], code: string): Promise<unknown> =>
  tx.query(
    'integrity.drop_code',
    `delete from suspicion_evidence e using unnest($1::uuid[], $2::uuid[]) as gone (merchant_id, id)
      where e.merchant_id = gone.merchant_id and e.suspicion_id = gone.id and e.code = $3`,
    [...keyColumns(keys), code],
  );

/** These suspicions are gone as if they had never been opened; their verdicts stay on record. */
export const withdraw = (tx: Tx, keys: readonly SuspicionKey[]): Promise<unknown> =>
  tx.query(
    'integrity.withdraw',
    `with gone as (select * from unnest($1::uuid[], $2::uuid[]) as gone (merchant_id, id)),
          evidence as (delete from suspicion_evidence e using gone where e.merchant_id = gone.merchant_id and e.suspicion_id = gone.id),
          reviews as (delete from suspicion_review f using gone where f.merchant_id = gone.merchant_id and f.suspicion_id = gone.id)
     delete from suspicion s using gone where s.merchant_id = gone.merchant_id and s.id = gone.id`,
    keyColumns(keys),
  );

/** Who wrote reviews that are proven fakes, how many, and some of them as merchant/review. */
export interface ProvenAuthor {
  readonly authorId: string;
  readonly count: number;
  readonly reviews: string[];
}
const MOST_SHOWN = 10;
const MOST_AUTHORS = 200_000;
export const provenAuthors = (on: Reader): Promise<ProvenAuthor[]> =>
  on.query(
    'integrity.proven_authors',
    `select r.author_id as "authorId", count(*)::int as count,
            (array_agg(r.merchant_id || '/' || r.id order by v.voided_at desc, r.id))[1:${MOST_SHOWN}] as reviews
       from review_void v join review r on r.merchant_id = v.merchant_id and r.id = v.review_id
      where v.lifted_at is null and v.ground = any($1::text[])
      group by r.author_id order by max(v.voided_at) desc limit ${MOST_AUTHORS}`,
    [FAKE_GROUNDS],
  );
