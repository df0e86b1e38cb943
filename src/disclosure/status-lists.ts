import type { Pool } from 'pg';
import type { Installation } from '../installation.ts';
import { reader } from '../db/tx.ts';
import { LIST_TTL_MS, statusListClaims, wholeSecond } from './credential.ts';
import { revokedPlaces } from './credentials.queries.ts';
import { promiseUntil, signCredential } from './signing.ts';
import { packList } from './status-list.ts';

const VALID_MS = 3_600_000;
/** For so long this process hands out the same: a revocation is seen as much later. */
const FRESH_MS = 10_000;
const MOST_KEPT = 100; // lists in memory, of some kilobytes each

interface Kept {
  readonly at: number;
  readonly jwt: Promise<string | null>;
}
const kept = new WeakMap<Pool, Map<string, Kept>>();

/** A status list, signed; null where there is none of this id. */
export function statusList(
  pool: Pool,
  installation: Installation,
  listId: string,
  now: number,
): Promise<string | null> {
  let lists = kept.get(pool);
  if (!lists) kept.set(pool, (lists = new Map()));
  const known = lists.get(listId);
  if (known && Math.abs(now - known.at) < FRESH_MS) return known.jwt;
  const jwt = signedList(pool, installation, listId, now);
  lists.delete(listId);
  lists.set(listId, { at: now, jwt });
  if (lists.size > MOST_KEPT) lists.delete(lists.keys().next().value!);
  const forget = () => void (lists.get(listId)?.jwt === jwt && lists.delete(listId));
  jwt.then((found) => found === null && forget(), forget); // neither a failure nor an unknown list is kept
  return jwt;
}

async function signedList(pool: Pool, installation: Installation, listId: string, now: number): Promise<string | null> {
  const sql = reader(pool);
  const revoked = await revokedPlaces(sql, listId);
  if (!revoked) return null;
  const from = wholeSecond(now);
  await promiseUntil(sql, installation, now, from + VALID_MS);
  return signCredential(
    installation,
    statusListClaims(installation.url, listId, packList(revoked), from, from + VALID_MS),
  );
}

/** What a cache may make of it: half of what the list itself allows. */
export const LIST_CACHE_SECONDS = LIST_TTL_MS / 2000;
