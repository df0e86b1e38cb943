import type { Reader } from '../db/tx.ts';
import type { Actor, ActorSubject } from './actor.ts';

const byExternalId = (table: 'merchant' | 'buyer') =>
  `select id, exists (select from account_freeze f where f.subject_id = ${table}.id and f.unfrozen_at is null) as "isFrozen"
     from ${table} where external_id = $1`;
const BY_EXTERNAL_ID = { MERCHANT: byExternalId('merchant'), BUYER: byExternalId('buyer') };

/** The actor with its subject's own id, where that subject is known yet, and whether it is frozen. */
export async function identify(sql: Reader, actor: Actor): Promise<Actor> {
  const { subject } = actor;
  if (!subject) return actor;
  const [found] = await sql.query<{ id: string; isFrozen: boolean }>(
    `access.identify.${subject.kind}`,
    BY_EXTERNAL_ID[subject.kind],
    [subject.externalId],
  );
  return { ...actor, subject: { ...subject, id: found?.id ?? null, isFrozen: found?.isFrozen ?? false } };
}

const BY_ID = {
  MERCHANT: 'select id from merchant where id = $1',
  BUYER: 'select id from buyer where id = $1',
};

/** Whether there is such a subject. It passes by the `visible` filter. */
export const isKnownSubject = async (sql: Reader, kind: ActorSubject['kind'], id: string): Promise<boolean> =>
  (await sql.query(`access.is-known.${kind}`, BY_ID[kind], [id])).length > 0;
