import type { Reader } from '../db/tx.ts';
import type { Actor } from './actor.ts';

const BY_EXTERNAL_ID = {
  MERCHANT: 'select id from merchant where external_id = $1',
  BUYER: 'select id from buyer where external_id = $1',
};

/** The actor with its subject's own id, where that subject is known yet. */
export async function identify(sql: Reader, actor: Actor): Promise<Actor> {
  const { subject } = actor;
  if (!subject) return actor;
  const [found] = await sql.query<{ id: string }>(`access.identify.${subject.kind}`, BY_EXTERNAL_ID[subject.kind], [
    subject.externalId,
  ]);
  return { ...actor, subject: { ...subject, id: found?.id ?? null } };
}
