import type { Reader } from '../db/tx.ts';
import type { FactPlace } from '../evidence/changed-facts.ts';

export interface GrantPlace {
  readonly subjectId: string;
  readonly factId: string;
  readonly rule: string;
}

/** Grants whose last transfer is not what they say, or was taken back by something else; at most so many. */
export const grantsUnlikeBooks = (
  on: Reader,
  most: number,
): Promise<(GrantPlace & { readonly kept: number; readonly booked: number | null })[]> =>
  on.query(
    '',
    `select g.subject_id as "subjectId", g.fact_id as "factId", g.rule, g.points * (1 - 2 * (g.revision % 2)) as kept,
            case when r.id is null then t.points + t.pending end as booked
       from reward_grant g
       left join points_transfer t on t.subject_id = g.subject_id and t.id = g.transfer_id
       left join points_transfer r on r.subject_id = t.subject_id and r.reverses = t.id
      where g.points <> 0
        and (t.id is null or r.id is not null or t.points + t.pending <> g.points * (1 - 2 * (g.revision % 2)))
      limit $1`,
    [most],
  );

/** What was booked for a fact by a rule, and is no grant's; at most so many. */
export const booksWithoutGrant = (
  on: Reader,
  most: number,
): Promise<{ readonly subjectId: string; readonly id: string; readonly key: string }[]> =>
  on.query(
    '',
    `select t.subject_id as "subjectId", t.id, t.key from points_transfer t
      where t.key like 'reward %'
        and not exists (select from reward_grant g where g.subject_id = t.subject_id and g.fact_id = t.fact_id
                           and t.key = 'reward ' || g.fact_id || ' ' || g.rule)
      limit $1`,
    [most],
  );

export interface GrantedFact extends FactPlace {
  readonly subjectId: string;
  readonly rule: string;
}

/** The next grants by their keys, with their facts; without those of facts of which there is word that nobody has looked at. */
export const nextGrants = (
  on: Reader,
  after: GrantPlace,
  most: number,
): Promise<(GrantedFact & { waits: boolean })[]> =>
  on.query(
    '',
    `select g.subject_id as "subjectId", g.fact_id as id, g.rule, g.place_id as "placeId", g.fact_kind as kind,
            exists (select from changed_fact c where c.place_id = g.place_id and c.fact_id = g.fact_id) as waits
       from reward_grant g where (g.subject_id, g.fact_id, g.rule) > ($1, $2, $3)
      order by g.subject_id, g.fact_id, g.rule limit $4`,
    [after.subjectId, after.factId, after.rule, most],
  );
