import { randomInt } from 'node:crypto';
import type { Tx } from '../db/tx.ts';
import { newId } from '../kernel/ids.ts';
import type { StatusPlace } from './credential.ts';
import * as queries from './credentials.queries.ts';
import { LIST_SIZE } from './status-list.ts';

/** A list that is half full gets nothing more: from then on chance would have to be asked too often. */
const MOST_TAKEN = LIST_SIZE / 2;

/** Places by chance, so that none tells when a credential was issued, or which others were with it. */
export async function takePlaces(tx: Tx, count: number, now: number, validUntil: Date): Promise<StatusPlace[]> {
  const taken: StatusPlace[] = [];
  let listId = (await queries.newestList(tx)) ?? (await openedList(tx, now));
  while (taken.length < count) {
    const wanted = new Set<number>();
    while (wanted.size < count - taken.length) wanted.add(randomInt(LIST_SIZE));
    const inOrder = [...wanted].toSorted((a, b) => a - b); // two that claim the same wait for each other in one order
    const free = await queries.claimPlaces(tx, listId, inOrder, validUntil);
    taken.push(...free.map((place) => ({ listId, place })));
    if (free.length < inOrder.length && (await queries.placesTaken(tx, listId)) > MOST_TAKEN)
      listId = await openedList(tx, now);
  }
  return taken;
}

async function openedList(tx: Tx, now: number): Promise<string> {
  const id = newId(now);
  await queries.openList(tx, id, new Date(now));
  return id;
}
