import { reader } from '../db/tx.ts';
import { openCall, type Call } from './call.ts';
import { identify } from './subjects.queries.ts';
import { readToken } from './tokens.ts';

/** The call of whoever an Authorization header says is calling. A token that is not wholly right is refused. */
export async function authenticate(
  db: Call['db'],
  tokenSecret: Uint8Array,
  authorization: string | undefined,
  now: number,
): Promise<Call> {
  const actor = await readToken(tokenSecret, authorization, now);
  return openCall(db, await identify(reader(db.pool), actor), now);
}
