import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { reader, type Reader } from '../db/tx.ts';
import type { Actor } from './actor.ts';
import type { Installation } from '../installation.ts';

/** Who asks, when, and with what: one for each request. Nothing that has a call reads the clock. */
export interface Call {
  readonly actor: Actor;
  readonly now: number; // ms since 1970, UTC
  /** Under which it is logged; set by the front door. Null: it came in by no request. */
  requestId: string | null;
  /** What a partner says that it asks for, as it said it; set by the front door. Null: nothing was said. */
  purpose: string | null;
  readonly db: {
    readonly pool: Pool;
    readonly orm: MikroORM;
    readonly hashSecret: Buffer;
    /** What we are to those outside; absent where nothing leaves the house. */
    readonly installation?: Installation;
  };
  /** For single hand-written statements. They pass by the `visible` filter: see that what they read may be seen. */
  readonly sql: Reader;
  /** The unit of work. Its queries find only what the actor may see. */
  readonly em: EntityManager;
}

export const openCall = (db: Call['db'], actor: Actor, now: number): Call => new OpenCall(db, actor, now);

/** A class, because Apollo copies the call of each request: a getter of the object itself would be read by that, needed or not. */
class OpenCall implements Call {
  readonly db: Call['db'];
  readonly actor: Actor;
  readonly now: number;
  requestId: string | null = null;
  purpose: string | null = null;
  readonly sql: Reader;
  opened: EntityManager | undefined = undefined;

  constructor(db: Call['db'], actor: Actor, now: number) {
    this.db = db;
    this.actor = actor;
    this.now = now;
    this.sql = reader(db.pool);
  }

  /** Calls that read by prepared statements alone need none. */
  get em(): EntityManager {
    return (this.opened ??= entityManagerFor(this.db.orm, this.actor, this.now));
  }
}

function entityManagerFor(orm: MikroORM, actor: Actor, now: number): EntityManager {
  const em = orm.em.fork();
  em.setFilterParams('visible', { actor, now });
  return em;
}
