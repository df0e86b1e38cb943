import { newId } from '../kernel/ids.ts';
import type { Tx } from './tx.ts';

/** Something that happened and that another part of the house may want to act on, after the transaction and not before. */
export interface Note {
  readonly subjectId: string;
  readonly kind: string; // past tense: "review.voided"
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * Leaves notes with the change that they tell of: both are saved, or neither. Whoever leaves one of a subject that others may change holds
 * that subject's lock, so that the numbers that notes draw (`entered`) tell their order.
 */
export async function leaveNotes(tx: Tx, now: number, notes: readonly Note[]): Promise<void> {
  if (notes.length === 0) return;
  await tx.query(
    'notes.leave',
    `insert into note (subject_id, id, kind, payload, created_at)
     select *, $5::timestamptz from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[])`,
    [
      notes.map((note) => note.subjectId),
      notes.map(() => newId(now)),
      notes.map((note) => note.kind),
      notes.map((note) => JSON.stringify(note.payload)),
      new Date(now),
    ],
  );
}
