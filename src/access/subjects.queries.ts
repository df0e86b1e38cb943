import type { Reader } from '../db/tx.ts';
import { isStorable } from '../kernel/text.ts';
import type { Actor, ActorSubject } from './actor.ts';
import type { Terms } from './terms.ts';

const byExternalId = (table: 'merchant' | 'buyer') =>
  `select id, exists (select from account_freeze f where f.subject_id = ${table}.id and f.unfrozen_at is null) as "isFrozen"
     from ${table} where external_id = $1`;
const BY_EXTERNAL_ID = { MERCHANT: byExternalId('merchant'), BUYER: byExternalId('buyer') };

/** The actor with its subject's own id, where that subject is known yet, and whether it is frozen; a partner with its terms. */
export async function identify(sql: Reader, actor: Actor): Promise<Actor> {
  const { subject } = actor;
  if (actor.role === 'PARTNER') return actor.partnerId === undefined ? identifyPartner(sql, actor) : actor;
  if (!subject) return actor;
  const [found] = await sql.query<{ id: string; isFrozen: boolean }>(
    `access.identify.${subject.kind}`,
    BY_EXTERNAL_ID[subject.kind],
    [subject.externalId],
  );
  return { ...actor, subject: { ...subject, id: found?.id ?? null, isFrozen: found?.isFrozen ?? false } };
}

const NAMED = /^PARTNER:(.+)$/s;

/** A token of a PARTNER names the partner, as it was let in here. */
async function identifyPartner(sql: Reader, actor: Actor): Promise<Actor> {
  const [, name] = NAMED.exec(actor.name) ?? [];
  if (name === undefined || !isStorable(name)) return actor;
  const [found] = await sql.query<{ id: string } & Terms>(
    'access.identify.PARTNER',
    `select id, subject_kinds as "subjectKinds", purposes, pulls_per_day as "pullsPerDay", burst from partner where name = $1`,
    [name],
  );
  if (!found) return actor;
  const { id, ...terms } = found;
  return { ...actor, partnerId: id, terms };
}

const BY_ID = {
  MERCHANT: 'select id from merchant where id = $1',
  BUYER: 'select id from buyer where id = $1',
};

/** Whether there is such a subject. It passes by the `visible` filter. */
export const isKnownSubject = async (sql: Reader, kind: ActorSubject['kind'], id: string): Promise<boolean> =>
  (await sql.query(`access.is-known.${kind}`, BY_ID[kind], [id])).length > 0;
