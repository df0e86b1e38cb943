import type { Reader, Tx } from '../db/tx.ts';
import type { NewSanction } from '../sanctions/impose.commands.ts';

/** A measure of a penalty that stands, as it was imposed. */
export interface StandingMeasure extends Omit<NewSanction, 'decisionId' | 'since'> {
  readonly id: string;
  readonly decisionId: string;
  readonly imposedAt: number;
  readonly deductPoints: number | null; // what the penalty asked for, instead of the ladder
}

/** Measures of penalties against these subjects that nobody lifted, and that are not annulled. */
export const standingMeasures = (tx: Tx, subjectIds: readonly string[]): Promise<StandingMeasure[]> =>
  tx.query(
    'step_down.measures',
    `select s.subject_id as "subjectId", s.subject_kind as "subjectKind", s.id, s.kind, s.ground, s.statement, s.note, s.points, s.strikes,
            (extract(epoch from s.ends_at) * 1000)::float8 as "endsAt", s.imposed_by as "imposedBy", s.approved_by as "approvedBy",
            s.decision_id as "decisionId", s.is_detected_automatically as "isDetectedAutomatically",
            s.is_decided_automatically as "isDecidedAutomatically", s.territory,
            (extract(epoch from s.imposed_at) * 1000)::float8 as "imposedAt", case when s.subject_kind = 'BUYER' or p.orders > 0 then p.deduct_points end as "deductPoints"
       from penalty_share h
       join sanction s on s.subject_id = h.subject_id and s.id = h.sanction_id
       join penalty p on p.id = h.penalty_id
      where h.subject_id = any($1::uuid[]) and h.lifted_at is null and s.annulled_at is null and s.lifted_at is null
      order by s.imposed_at, s.id`,
    [subjectIds],
  );

export interface StrikesSince {
  readonly subjectId: string;
  readonly id: string;
  readonly since: number;
  readonly count: number;
  readonly until: number;
}

/** All strikes of these subjects but those of annulled measures. */
export const strikesOfAll = (on: Reader, subjectIds: readonly string[]): Promise<StrikesSince[]> =>
  on.query(
    'step_down.strikes',
    `select subject_id as "subjectId", id, (extract(epoch from imposed_at) * 1000)::float8 as since, strikes as count,
            (extract(epoch from strikes_until) * 1000)::float8 as until
       from sanction where subject_id = any($1::uuid[]) and strikes > 0 and annulled_at is null`,
    [subjectIds],
  );

/** What another measure has taken the place of: its share and the appeals that wait lead to the new one. */
export const replaceMeasure = (tx: Tx, subjectId: string, oldId: string, newId: string): Promise<unknown> =>
  tx.query(
    'step_down.replace',
    `with appeals as (update appeal set fact_id = $3 where subject_id = $1 and fact_id = $2 and decided_at is null)
     update penalty_share set sanction_id = $3 where subject_id = $1 and sanction_id = $2`,
    [subjectId, oldId, newId],
  );
