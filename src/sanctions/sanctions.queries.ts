import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { SanctionKind } from './conduct.ts';
import type { SanctionedKind } from './sanction.ts';

export interface SanctionKey {
  readonly subjectId: string;
  readonly id: string;
}

/** A row as it is written. */
export interface SanctionRow extends SanctionKey {
  readonly subjectKind: SanctionedKind;
  readonly kind: SanctionKind;
  readonly ground: string;
  readonly statement: string;
  readonly note: string;
  readonly territory: readonly string[] | null;
  readonly isDetectedAutomatically: boolean;
  readonly isDecidedAutomatically: boolean;
  readonly points: number;
  readonly transferId: string | null;
  readonly strikes: number;
  readonly strikesUntil: Date;
  readonly conductVersion: number;
  readonly decisionId: string | null;
  readonly imposedBy: string;
  readonly approvedBy: string | null;
  readonly imposedAt: Date;
  readonly endsAt: Date | null;
  readonly appealUntil: Date;
}

export const insertSanctions = (tx: Tx, rows: readonly SanctionRow[]): Promise<unknown> =>
  tx.query(
    'sanctions.insert',
    `insert into sanction (subject_id, id, subject_kind, kind, ground, statement, note, territory, is_detected_automatically,
       is_decided_automatically, points, transfer_id, strikes, strikes_until, conduct_version, decision_id, imposed_by, approved_by,
       imposed_at, ends_at, appeal_until)
     select subject_id, id, subject_kind, kind, ground, statement, note, territory::text[], is_detected_automatically,
       is_decided_automatically, points, transfer_id, strikes, strikes_until, conduct_version, decision_id, imposed_by, approved_by,
       imposed_at, ends_at, appeal_until
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[],
         $10::boolean[], $11::int[], $12::uuid[], $13::int[], $14::timestamptz[], $15::int[], $16::uuid[], $17::text[], $18::text[],
         $19::timestamptz[], $20::timestamptz[], $21::timestamptz[]) as new (subject_id, id, subject_kind, kind, ground, statement,
         note, territory, is_detected_automatically, is_decided_automatically, points, transfer_id, strikes, strikes_until,
         conduct_version, decision_id, imposed_by, approved_by, imposed_at, ends_at, appeal_until)`,
    columns(
      rows,
      (each) => each.subjectId,
      (each) => each.id,
      (each) => each.subjectKind,
      (each) => each.kind,
      (each) => each.ground,
      (each) => each.statement,
      (each) => each.note,
      (each) => each.territory && `{${each.territory.join(',')}}`,
      (each) => each.isDetectedAutomatically,
      (each) => each.isDecidedAutomatically,
      (each) => each.points,
      (each) => each.transferId,
      (each) => each.strikes,
      (each) => each.strikesUntil,
      (each) => each.conductVersion,
      (each) => each.decisionId,
      (each) => each.imposedBy,
      (each) => each.approvedBy,
      (each) => each.imposedAt,
      (each) => each.endsAt,
      (each) => each.appealUntil,
    ),
  );

/** What lifting or annulling must know of a measure. */
export interface HeldSanction extends SanctionKey {
  readonly subjectKind: SanctionedKind;
  readonly kind: SanctionKind;
  readonly ground: string;
  readonly points: number;
  readonly transferId: string | null;
  readonly endsAt: Date | null;
  readonly liftedAt: Date | null;
  readonly annulledAt: Date | null;
}

/** Held until the transaction ends, in the order of their keys. */
export const lockSanctions = (tx: Tx, keys: readonly SanctionKey[]): Promise<HeldSanction[]> =>
  tx.query(
    'sanctions.lock',
    `select s.subject_id as "subjectId", s.id, s.subject_kind as "subjectKind", s.kind, s.ground, s.points,
            s.transfer_id as "transferId", s.ends_at as "endsAt", s.lifted_at as "liftedAt", s.annulled_at as "annulledAt"
       from sanction s join unnest($1::uuid[], $2::uuid[]) as asked (subject_id, id) using (subject_id, id)
      order by s.subject_id, s.id for update of s`,
    keyColumns(keys),
  );

export const endSanctions = (
  tx: Tx,
  keys: readonly SanctionKey[],
  why: { readonly at: Date; readonly by: string; readonly note: string },
): Promise<unknown> =>
  tx.query(
    'sanctions.lift',
    `update sanction s set lifted_at = $3, lifted_by = $4, lift_note = $5
       from unnest($1::uuid[], $2::uuid[]) as ended (subject_id, id)
      where s.subject_id = ended.subject_id and s.id = ended.id`,
    [...keyColumns(keys), why.at, why.by, why.note],
  );

export const eraseSanctions = (tx: Tx, keys: readonly SanctionKey[], at: Date): Promise<unknown> =>
  tx.query(
    'sanctions.annul',
    `update sanction s set annulled_at = $3 from unnest($1::uuid[], $2::uuid[]) as gone (subject_id, id)
      where s.subject_id = gone.subject_id and s.id = gone.id`,
    [...keyColumns(keys), at],
  );

export interface StrikesRow {
  readonly subjectId: string;
  readonly count: number;
  readonly until: number;
}

/** What these subjects have on the ladder and still counts at an instant; what was annulled never was there. */
export const strikesAt = (on: Reader, subjectIds: readonly string[], at: Date): Promise<StrikesRow[]> =>
  on.query(
    'sanctions.strikes',
    `select subject_id as "subjectId", strikes as count, (extract(epoch from strikes_until) * 1000)::float8 as until from sanction
      where subject_id = any($1::uuid[]) and strikes > 0 and strikes_until > $2 and imposed_at <= $2 and annulled_at is null
      order by subject_id, id`,
    [subjectIds, at],
  );

const keyColumns = (keys: readonly SanctionKey[]): string[] =>
  columns(
    keys,
    (each) => each.subjectId,
    (each) => each.id,
  );
