import type { Reader } from '../db/tx.ts';

/** A sum over reviews that is kept somewhere, and differs from what the reviews say. */
export interface SumDifference {
  what: string;
  id: string;
  kept: string;
  summed: string;
}

const COUNTED = `status = 'COUNTED'`;

/** What the counted and excluded reviews of each subject add up to, beside its tally. */
const RATINGS = `
with subjects as (
  select merchant_id as subject_id, r.* from review r union all
  select product_id, r.* from review r where product_id is not null),
summed as (
  select subject_id,
         array[count(*) filter (where ${COUNTED} and stars = 1), count(*) filter (where ${COUNTED} and stars = 2),
               count(*) filter (where ${COUNTED} and stars = 3), count(*) filter (where ${COUNTED} and stars = 4),
               count(*) filter (where ${COUNTED} and stars = 5)]::text as stars,
         count(*) filter (where ${COUNTED} and verification <> 'NONE') as verified,
         count(*) filter (where (status = 'HELD' or status = 'VOIDED') and retracted_at is null) as excluded,
         array[count(description) filter (where ${COUNTED}), count(service) filter (where ${COUNTED}),
               count(logistics) filter (where ${COUNTED})]::text
           || array[coalesce(sum(description) filter (where ${COUNTED}), 0), coalesce(sum(service) filter (where ${COUNTED}), 0),
               coalesce(sum(logistics) filter (where ${COUNTED}), 0)]::text as dimensions,
         coalesce(sum(consensus_gain) filter (where ${COUNTED} and subject_id = merchant_id), 0) as consensus_sum,
         coalesce(sum(weight_gain) filter (where ${COUNTED} and subject_id = merchant_id), 0) as consensus_weight
    from subjects group by subject_id),
compared as (
  select t.subject_id::text as id,
         concat_ws(' ', t.stars::text, t.verified, t.excluded, t.dimension_counts::text || t.dimension_sums::text, t.consensus_sum,
                   t.consensus_weight) as kept,
         concat_ws(' ', coalesce(s.stars, '{0,0,0,0,0}'), coalesce(s.verified, 0), coalesce(s.excluded, 0),
                   coalesce(s.dimensions, '{0,0,0}{0,0,0}'), coalesce(s.consensus_sum, 0), coalesce(s.consensus_weight, 0)) as summed
    from tally t full join summed s using (subject_id))
select 'rating' as what, coalesce(id, '?') as id, kept, summed from compared where kept is distinct from summed limit 100`;

/** A new reviewer's a and b are 4 and 1, in units of 1e-8. */
const REVIEWERS = `
with summed as (
  select author_id, 400000000 + sum(agree_gain) as agree, 100000000 + sum(disagree_gain) as disagree, sum(experience_gain) as experience
    from review where ${COUNTED} group by author_id)
select 'reviewer' as what, coalesce(r.buyer_id, s.author_id)::text as id,
       concat_ws(' ', coalesce(r.agree, 400000000), coalesce(r.disagree, 100000000), coalesce(r.experience, 0)) as kept,
       concat_ws(' ', coalesce(s.agree, 400000000), coalesce(s.disagree, 100000000), coalesce(s.experience, 0)) as summed
  from reviewer r full join summed s on s.author_id = r.buyer_id
 where (coalesce(r.agree, 400000000), coalesce(r.disagree, 100000000), coalesce(r.experience, 0))
       is distinct from (coalesce(s.agree, 400000000), coalesce(s.disagree, 100000000), coalesce(s.experience, 0)) limit 100`;

const MEAN = `
select 'mean of all reviews' as what, '1' as id, concat_ws(' ', m.valence_sum, m.count) as kept, concat_ws(' ', s.sum, s.count) as summed
  from review_mean m, (select coalesce(sum(valence), 0) as sum, count(*) as count from review where ${COUNTED}) s
 where m.valence_sum <> s.sum or m.count <> s.count`;

/**
 * Live postings of each pair, and when the first of them happened: as kept, by its postings, and by what its entries did to the number
 * of counterparties. Those steps lead from one first instant to the next, so that the sum of step · instant is the last of them.
 */
const PAIRS = `
with reversed as materialized (
  select subject_id, fact_id, kind, revision - 1 as revision, true as is_reversed from posting where revision % 2 = 1),
entered as (
  select subject_id, counterparty_id, sum(1 - revision % 2 * 2) as live,
         min(occurred_at) filter (where revision % 2 = 0 and is_reversed is null) as first_at,
         sum(first_step) filter (where first_far_at is null) as steps,
         sum(first_step * (date_part('epoch', occurred_at) - coalesce(date_part('epoch', first_far_at), 0))) filter (where first_step <> 0)
           as met_at
    from posting left join reversed using (subject_id, fact_id, kind, revision)
   where counterparty_id is not null group by subject_id, counterparty_id)
select 'pair' as what, concat_ws(' ', subject_id, counterparty_id) as id, concat_ws(' ', p.live, p.first_at) as kept,
       concat_ws(' ', e.live, e.first_at, 'met', e.steps, 'at', e.met_at) as summed
  from pair p full join entered e using (subject_id, counterparty_id)
 where coalesce(p.live, 0) <> coalesce(e.live, 0) or p.first_at is distinct from e.first_at
    or (p.first_at is not null)::int <> coalesce(e.steps, 0)
    or round(coalesce(date_part('epoch', p.first_at), 0) * 1000) <> round(coalesce(e.met_at, 0) * 1000) limit 100`;

export const ratingDifferences = (on: Reader): Promise<SumDifference[]> => on.query('rating_differences', RATINGS);
export const reviewerDifferences = (on: Reader): Promise<SumDifference[]> =>
  on.query('reviewer_differences', REVIEWERS);
export const meanDifferences = (on: Reader): Promise<SumDifference[]> => on.query('mean_differences', MEAN);
export const pairDifferences = (on: Reader): Promise<SumDifference[]> => on.query('pair_differences', PAIRS);
