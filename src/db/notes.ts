import { newId } from '../kernel/ids.ts';
import { arraysOf, jsonb, text, uuid } from './binary-rows.ts';
import { markNoted } from './noted.ts';
import type { Reader, Tx } from './tx.ts';

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
  markNoted(
    tx,
    notes.map(({ kind }) => kind),
  );
  await tx.query(
    'notes.leave',
    `insert into note (subject_id, id, kind, payload, created_at, is_wanted)
     select *, $5::timestamptz, kind in (select i.kind from note_interest i)
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[]) as new (subject_id, id, kind, payload)`,
    [
      ...arraysOf(
        notes,
        uuid((note) => note.subjectId),
        uuid(() => newId(now)),
        text((note) => note.kind),
        jsonb((note) => note.payload),
      ),
      new Date(now),
    ],
  );
}

/** Of these kinds, those that somebody waits for: of the others no note need be left, where there would be many. */
export async function wantedKinds(sql: Reader, kinds: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await sql.query<{ kind: string }>(
    'notes.wanted-kinds',
    'select kind from note_interest where kind = any($1)',
    [kinds],
  );
  return new Set(found.map(({ kind }) => kind));
}
