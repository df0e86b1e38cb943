import type { Database } from '../../src/db/database.ts';
import type { GradeChanged } from '../../src/evidence/grade-notes.ts';

/** What was noted of the grade of a merchant, buyer or product, in order. */
export const gradeNotesOf = async ({ pool }: Database, externalId: string): Promise<GradeChanged[]> =>
  (
    await pool.query<{ payload: GradeChanged }>(
      `select n.payload from note n
         join (select id, external_id from merchant union all select id, external_id from buyer union all
               select id, external_id from product) s on s.id = n.subject_id
        where n.kind = 'grade.changed' and s.external_id = $1 order by n.created_at, n.id`,
      [externalId],
    )
  ).rows.map(({ payload }) => payload);
