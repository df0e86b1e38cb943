import { columns } from '../db/columns.ts';
import type { Reader, Tx } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import type { Level } from '../scoring/levels.ts';

export const newestList = async (tx: Tx): Promise<string | null> =>
  (
    await tx.query<{ id: string }>('status.newest', 'select id from status_list order by made_at desc, id desc limit 1')
  )[0]?.id ?? null;

export const openList = (tx: Tx, id: string, now: Date): Promise<unknown> =>
  tx.query('status.open', 'insert into status_list (id, made_at) values ($1, $2)', [id, now]);

/** Those of the places that were free. */
export const claimPlaces = async (
  tx: Tx,
  listId: string,
  places: readonly number[],
  validUntil: Date,
): Promise<number[]> =>
  (
    await tx.query<{ place: number }>(
      'status.claim',
      `insert into status_entry (list_id, place, valid_until) select $1, place, $3 from unnest($2::int[]) as wanted (place)
       on conflict do nothing returning place`,
      [listId, places, validUntil],
    )
  ).map(({ place }) => place);

export const placesTaken = async (tx: Tx, listId: string): Promise<number> =>
  (
    await tx.query<{ taken: number }>(
      'status.taken',
      'select count(*)::int as taken from status_entry where list_id = $1',
      [listId],
    )
  )[0]!.taken;

/** The revoked places of a list; null where there is no such list. */
export const revokedPlaces = async (sql: Reader, listId: string): Promise<readonly number[] | null> =>
  (
    await sql.query<{ places: number[] }>(
      'status.revoked',
      `select array(select place from status_entry e where e.list_id = l.id and is_revoked) as places
         from status_list l where id = $1`,
      [listId],
    )
  )[0]?.places ?? null;

export interface NewCredential {
  readonly subjectId: string;
  readonly id: string;
  readonly subjectKind: SubjectKind;
  readonly policyId: string;
  readonly level: Level;
  readonly listId: string;
  readonly place: number;
}

export const insertCredentials = (
  tx: Tx,
  rows: readonly NewCredential[],
  { holder, issuedAt, validUntil }: { readonly holder: string; readonly issuedAt: Date; readonly validUntil: Date },
): Promise<unknown> =>
  tx.query(
    'credentials.insert',
    `insert into grade_credential (subject_id, id, subject_kind, policy_id, level, list_id, place, holder, issued_at, valid_until)
     select *, $8, $9::timestamptz, $10::timestamptz
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::int[])`,
    [
      ...columns(
        rows,
        (each) => each.subjectId,
        (each) => each.id,
        (each) => each.subjectKind,
        (each) => each.policyId,
        (each) => each.level,
        (each) => each.listId,
        (each) => each.place,
      ),
      holder,
      issuedAt,
      validUntil,
    ],
  );

export interface CredentialState {
  readonly revokedAt: Date | null;
  readonly validUntil: Date;
}

/** Locked until the transaction ends; null where it was never issued. */
export const lockCredential = async (tx: Tx, subjectId: string, id: string): Promise<CredentialState | null> =>
  (
    await tx.query<CredentialState>(
      'credentials.lock',
      `select revoked_at as "revokedAt", valid_until as "validUntil" from grade_credential
        where subject_id = $1 and id = $2 for update`,
      [subjectId, id],
    )
  )[0] ?? null;

export interface Revocation {
  readonly at: Date;
  readonly by: string;
  readonly note: string;
}

/** The credential and its place in the list: a verifier sees it there. */
export const revokeOne = (tx: Tx, subjectId: string, id: string, { at, by, note }: Revocation): Promise<unknown> =>
  tx.query(
    'credentials.revoke',
    `with revoked as (
       update grade_credential set revoked_at = $3, revoked_by = $4, revoke_note = $5
        where subject_id = $1 and id = $2 and revoked_at is null returning list_id, place)
     update status_entry e set is_revoked = true from revoked where e.list_id = revoked.list_id and e.place = revoked.place`,
    [subjectId, id, at, by, note],
  );

/** A change that made what was stated before it wrong from the beginning. */
export interface Correction {
  readonly subjectId: string;
  readonly policyId: string;
  readonly level: Level; // as it is now
  readonly until: Date; // what was issued by then may have been read before it
}

/** Revokes what states another level of these subjects than is right, and is valid still; how many. */
export const revokeCorrected = async (
  tx: Tx,
  corrections: readonly Correction[],
  { at, by, note }: Revocation,
): Promise<number> =>
  (
    await tx.query(
      'credentials.correct',
      `with wrong as (
         select c.subject_id, c.id from grade_credential c
           join unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) as fixed (subject_id, policy_id, level, until)
             on c.subject_id = fixed.subject_id and c.policy_id = fixed.policy_id and c.level <> fixed.level and c.issued_at <= fixed.until
          where c.revoked_at is null and c.valid_until > $5),
       revoked as (
         update grade_credential c set revoked_at = $5, revoked_by = $6, revoke_note = $7 from wrong
          where c.subject_id = wrong.subject_id and c.id = wrong.id returning c.list_id, c.place)
       update status_entry e set is_revoked = true from revoked
        where e.list_id = revoked.list_id and e.place = revoked.place returning e.place`,
      [
        ...columns(
          corrections,
          (each) => each.subjectId,
          (each) => each.policyId,
          (each) => each.level,
          (each) => each.until,
        ),
        at,
        by,
        note,
      ],
    )
  ).length;

/** Forgets credentials that ended long ago; how many. */
export const forgetCredentials = async (tx: Tx, endedBefore: Date, limit: number): Promise<number> =>
  (
    await tx.query(
      'credentials.forget',
      `with old as (
         select subject_id, id, list_id, place from grade_credential where valid_until < $1 order by valid_until limit $2),
       gone as (
         delete from status_entry e using old where e.list_id = old.list_id and e.place = old.place)
       delete from grade_credential c using old where c.subject_id = old.subject_id and c.id = old.id returning c.id`,
      [endedBefore, limit],
    )
  ).length;

/** Lists that no credential is in any more, but for the newest. */
export const forgetLists = (tx: Tx, madeBefore: Date): Promise<unknown> =>
  tx.query(
    'status.forget',
    `delete from status_list l where made_at < $1 and not exists (select from status_entry e where e.list_id = l.id)
        and id <> (select id from status_list order by made_at desc, id desc limit 1)`,
    [madeBefore],
  );

export const forgetKeys = (tx: Tx, endedBefore: Date): Promise<unknown> =>
  tx.query('signing.forget', 'delete from signing_key where signs_until < $1', [endedBefore]);
