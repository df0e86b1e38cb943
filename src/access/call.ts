import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { reader, type Reader } from '../db/tx.ts';
import type { Actor } from './actor.ts';

/** Who asks, when, and with what: one for each request. Nothing that has a call reads the clock. */
export interface Call {
  readonly actor: Actor;
  readonly now: number; // ms since 1970, UTC
  readonly db: { readonly pool: Pool; readonly orm: MikroORM; readonly hashSecret: Buffer };
  /** For single hand-written statements. They pass by the `visible` filter: see that what they read may be seen. */
  readonly sql: Reader;
  /** The unit of work. Its queries find only what the actor may see. */
  readonly em: EntityManager;
}

export function openCall(db: Call['db'], actor: Actor, now: number): Call {
  let em: EntityManager | undefined;
  return {
    actor,
    now,
    db,
    sql: reader(db.pool),
    get em() {
      return (em ??= entityManagerFor(db.orm, actor)); // calls that read by prepared statements alone need none
    },
  };
}

function entityManagerFor(orm: MikroORM, actor: Actor): EntityManager {
  const em = orm.em.fork();
  em.setFilterParams('visible', { actor });
  return em;
}
