import type { Purpose } from '../access/terms.ts';
import { columns } from '../db/columns.ts';
import type { Reader } from '../db/tx.ts';

/** A buyer, and who would be told of it, what for. */
export interface ConsentAsked {
  readonly subjectId: string;
  readonly partnerId: string;
  readonly purpose: Purpose;
}

/** Those of them to which the buyer consents at this moment. */
export const consentsHeld = (sql: Reader, asked: readonly ConsentAsked[], now: Date): Promise<ConsentAsked[]> =>
  sql.query(
    'consents.held',
    `select c.subject_id as "subjectId", c.partner_id as "partnerId", c.purpose
       from unnest($1::uuid[], $2::uuid[], $3::text[]) as asked (subject_id, partner_id, purpose)
       join consent c on c.subject_id = asked.subject_id and c.partner_id = asked.partner_id and c.purpose = asked.purpose
      where c.ended_at is null and c.until > $4`,
    [
      ...columns(
        asked,
        ({ subjectId }) => subjectId,
        ({ partnerId }) => partnerId,
        ({ purpose }) => purpose,
      ),
      now,
    ],
  );
