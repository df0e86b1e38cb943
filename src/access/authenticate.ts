import { reader, type Reader } from '../db/tx.ts';
import { ANYONE, type Actor } from './actor.ts';
import { openCall, type Call } from './call.ts';
import { credentialOf, type CredentialHeaders } from './credential.ts';
import { identify } from './subjects.queries.ts';

/** Who an Authorization header says is calling. What is not wholly right is refused. `now`: ms since 1970. */
export type ReadToken = (authorization: string, now: number) => Promise<Actor>;

/** Whose an API key is; `address`: where the call comes from. What is not wholly right is refused. */
export type ReadKey = (sql: Reader, key: string, address: string, now: number) => Promise<Actor>;

export interface Door {
  readonly readToken: ReadToken;
  readonly readKey: ReadKey;
  /** For so long after a person signed in what is sensitive may be done. */
  readonly freshSeconds: number;
}

export interface Caller {
  readonly headers: CredentialHeaders;
  readonly ip: string;
}

/** The call of whoever a request's headers say is calling; of anyone, where they say nothing. */
export async function authenticate(
  db: Call['db'],
  door: Door,
  caller: Caller,
  now: number,
  sql: Reader = reader(db.pool),
): Promise<Call> {
  const credential = credentialOf(caller.headers);
  if (!credential) return openCall(db, ANYONE, now);
  const { kind, text } = credential;
  const actor =
    kind === 'KEY'
      ? await door.readKey(sql, text, caller.ip, now)
      : freshened(await door.readToken(text, now), door, now);
  return openCall(db, await identify(sql, actor), now);
}

const CLOCK_SKEW_MS = 60_000; // between the issuer's clock and ours

function freshened(actor: Actor, { freshSeconds }: Door, now: number): Actor {
  if (actor.signedInAt === undefined) return actor;
  const age = now - actor.signedInAt;
  return { ...actor, isFresh: age <= freshSeconds * 1000 && age >= -CLOCK_SKEW_MS };
}
