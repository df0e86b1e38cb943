import { isUniqueViolation } from '../db/failures.ts';
import type { Tx } from '../db/tx.ts';
import type { QualificationStatus } from './qualification.ts';

/** Ends what was said of it last; that one's id. */
export const replaceQualification = async (
  tx: Tx,
  subjectId: string,
  key: string,
  at: Date,
): Promise<string | undefined> =>
  (
    await tx.query<{ id: string }>(
      'qualifications.replace',
      `update qualification set replaced_at = $3 where subject_id = $1 and key = $2 and replaced_at is null returning id`,
      [subjectId, key, at],
    )
  )[0]?.id;

export interface NewQualification {
  readonly subjectId: string;
  readonly id: string;
  readonly ownerId: string;
  readonly key: string;
  readonly status: QualificationStatus;
  readonly expiresAt: Date | null;
  readonly note: string;
  readonly statedBy: string;
  readonly statedAt: Date;
}

/** Of two that say the first word on one at once, the second begins anew. */
export async function addQualification(tx: Tx, qualification: NewQualification): Promise<void> {
  const { subjectId, id, ownerId, key, status, expiresAt, note, statedBy, statedAt } = qualification;
  try {
    await tx.query(
      'qualifications.add',
      `insert into qualification (subject_id, id, owner_id, key, status, expires_at, note, stated_by, stated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [subjectId, id, ownerId, key, status, expiresAt, note, statedBy, statedAt],
    );
  } catch (error) {
    throw isUniqueViolation(error)
      ? Object.assign(new Error('two first words on one qualification', { cause: error }), { code: '40001' })
      : error;
  }
}
