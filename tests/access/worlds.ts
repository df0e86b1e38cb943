import type { Actor, Role } from '../../src/access/actor.ts';
import { openCall, type Call } from '../../src/access/call.ts';
import { identify } from '../../src/access/subjects.queries.ts';
import type { Database } from '../../src/db/database.ts';
import { reader } from '../../src/db/tx.ts';
import { eventsOf, HASH_SECRET, NOW, takeEvents } from '../kit/events.ts';
import { keysOf, voidAll } from '../reviews/void-kit.ts';

/** Two small markets that share nobody: who stands in one of them owns nothing in the other. */
export type World = 1 | 2;
export const WORLDS: readonly World[] = [1, 2];

/** What is called what in a world, by the names of the fields that take it. */
export const namesIn = (world: World) => ({
  externalId: `m-${world}`,
  externalIds: [`m-${world}`],
  order: `o-${world}-open`, // delivered, not reviewed
  merchant: `m-${world}`,
  buyer: `b-${world}`,
  product: `p-${world}`,
  name: `of world ${world}`, // that of a partner may be given once
});

export async function aWorld(db: Database, world: World): Promise<void> {
  const { merchant, buyer, product, order } = namesIn(world);
  const parties = { merchant, buyer, product };
  await takeEvents(db, [
    ...eventsOf({ ...parties, order: `o-${world}-1`, placed: 60, stars: 1, text: 'Not good.' }),
    ...eventsOf({ ...parties, order: `o-${world}-2`, placed: 50, stars: 5, text: 'Very good.' }),
    ...eventsOf({ ...parties, order, placed: 40 }),
  ]);
  await voidAll(db, await keysOf(db, [`r-o-${world}-1`]), NOW);
}

const ROLES: readonly Role[] = ['PUBLIC', 'BUYER', 'MERCHANT', 'PARTNER', 'PLATFORM', 'MODERATOR', 'ADMIN', 'AUDITOR'];

/** Each role; its BUYER, its MERCHANT and its PARTNER are of the world. */
export const callersOf = (world: World): readonly Actor[] =>
  ROLES.map((role) => {
    const name = role === 'BUYER' ? `b-${world}` : `m-${world}`;
    if (role === 'BUYER' || role === 'MERCHANT')
      return { role, name: `${role}:${name}`, subject: { kind: role, externalId: name, id: null } };
    // The partner that an ADMIN lets in there.
    const holder = role === 'PARTNER' ? `PARTNER:${namesIn(world).name}` : role;
    return { role, name: holder, subject: null, isFresh: true };
  });

export async function callAs(db: Database, actor: Actor, now = NOW): Promise<Call> {
  const known = await identify(reader(db.pool), actor);
  const call = openCall({ pool: db.pool, orm: db.orm, hashSecret: HASH_SECRET }, known, now);
  call.purpose = 'DISPLAY';
  return call;
}
