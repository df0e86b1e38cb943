import type { Scope } from '../access/scopes.ts';
import type { Terms } from '../access/terms.ts';
import type { Reader } from '../db/tx.ts';
import * as queries from './allowed-now.queries.ts';

/** What a partner may be told without a call of its own: by the scopes of all of its keys that are good, under its terms. */
export interface Allowed {
  readonly scopes: ReadonlySet<Scope>;
  readonly terms: Terms;
}

/** Of those that there are. `now`: ms since 1970. */
export async function allowedNow(
  sql: Reader,
  partnerIds: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, Allowed>> {
  const ids = [...new Set(partnerIds)];
  const found = ids.length > 0 ? await queries.allowedNow(sql, ids, new Date(now)) : [];
  return new Map(found.map(({ partnerId, scopes, terms }) => [partnerId, { scopes: new Set(scopes), terms }]));
}
