import { idArray } from '../db/binary-rows.ts';
import { columns, time } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { Condition } from '../scoring/policy.ts';
import type { ConditionSpan } from './conditions.ts';

export interface ConditionRow extends ConditionSpan {
  readonly subjectId: string;
}

const ms = (column: string, name: string): string => `(extract(epoch from ${column}) * 1000)::float8 as "${name}"`;

const SPANS = `select subject_id as "subjectId", code, ${ms('starts_at', 'startsAt')}, ${ms('ends_at', 'endsAt')},
            ${ms('recorded_at', 'recordedAt')}, ${ms('lifted_at', 'liftedAt')}, ${ms('annulled_at', 'annulledAt')}
       from condition`;

/** Everything that holds, held or will hold of these subjects. Most have nothing, and nobody much. */
export const conditionsOf = (on: Reader, subjectIds: readonly string[]): Promise<ConditionRow[]> =>
  on.query('conditions_of', `${SPANS} where subject_id = any($1::uuid[]) order by subject_id, id`, idArray(subjectIds));

/** The same of all subjects after one id, up to and with another; null where there is no end. */
export const conditionsBetween = (on: Reader, after: string | null, upTo: string | null): Promise<ConditionRow[]> =>
  on.query(
    'conditions_between',
    `${SPANS} where ($1::uuid is null or subject_id > $1::uuid) and ($2::uuid is null or subject_id <= $2::uuid) order by subject_id, id`,
    [after, upTo],
  );

/** A condition's place: its id is that of the sanction, or whatever else, that it comes of. */
export interface ConditionKey {
  readonly subjectId: string;
  readonly id: string;
}

export interface NewCondition extends ConditionKey {
  readonly code: Condition;
  readonly startsAt: number;
  readonly endsAt: number | null;
}

export const insertConditions = (tx: Tx, rows: readonly NewCondition[], recordedAt: Date): Promise<unknown> => {
  tx.moved(rows.map(({ subjectId }) => subjectId));
  return tx.query(
    'insert_conditions',
    `insert into condition (subject_id, id, code, starts_at, ends_at, recorded_at)
     select *, $6::timestamptz from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])`,
    [
      ...columns(
        rows,
        (each) => each.subjectId,
        (each) => each.id,
        (each) => each.code,
        (each) => time(each.startsAt),
        (each) => time(each.endsAt),
      ),
      recordedAt,
    ],
  );
};

/** From this instant on they do not hold. Keys without a condition are passed by: not every sanction has one. */
export const liftConditions = (tx: Tx, keys: readonly ConditionKey[], at: Date): Promise<unknown> => {
  tx.moved(keys.map(({ subjectId }) => subjectId));
  return tx.query(
    'lift_conditions',
    `update condition c set lifted_at = $3 from unnest($1::uuid[], $2::uuid[]) as ended (subject_id, id)
      where c.subject_id = ended.subject_id and c.id = ended.id and c.lifted_at is null`,
    [...keyColumns(keys), at],
  );
};

/** From this instant on it is known that they never held. */
export const annulConditions = (tx: Tx, keys: readonly ConditionKey[], at: Date): Promise<unknown> => {
  tx.moved(keys.map(({ subjectId }) => subjectId));
  return tx.query(
    'annul_conditions',
    `update condition c set annulled_at = $3 from unnest($1::uuid[], $2::uuid[]) as gone (subject_id, id)
      where c.subject_id = gone.subject_id and c.id = gone.id and c.annulled_at is null`,
    [...keyColumns(keys), at],
  );
};

const keyColumns = (keys: readonly ConditionKey[]): string[] =>
  columns(
    keys,
    (each) => each.subjectId,
    (each) => each.id,
  );
