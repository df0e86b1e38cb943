import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { Refusal } from '../kernel/refusal.ts';
import { ROLES, type Actor, type ActorSubject, type Role } from './actor.ts';
import { bearerIn, checkName, refusingBadTokens, signedInAt } from './bearer.ts';

/** What a token says of its holder. */
export interface TokenHolder {
  readonly role: Role;
  readonly subject: Omit<ActorSubject, 'id'> | null;
  /** Tells one holder of a role from another; not needed with a subject. Of a PARTNER, which partner it is, without which it is nobody. */
  readonly name?: string;
  readonly ttlSeconds: number;
}

const ISSUER = 'credence';
const AUDIENCE = 'credence-api';
const ALGORITHM = 'HS256';
const MAX_TTL_SECONDS = 366 * 86_400;
const MAX_HEADER_LENGTH = 4096;

/** A token of this installation's own, for one machine. Whoever makes one counts as signed in at that moment. */
export function issueToken(secret: Uint8Array, holder: TokenHolder, now: number): Promise<string> {
  const { role, subject, name, ttlSeconds } = holder;
  const nowSeconds = Math.floor(now / 1000);
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
    throw new Refusal('INVALID', 'TTL_INVALID', 'A token lasts from 1 second to 366 days.', ['ttl']);
  }
  checkHolder(role, subject);
  if (role === 'PARTNER' && name === undefined)
    throw new Refusal('INVALID', 'NAME_MISSING', 'A PARTNER token needs the name of the partner: give --name.', [
      'name',
    ]);
  checkName(subject?.externalId ?? name ?? null);
  const claims = { role, ...(subject && { subject: `${subject.kind.toLowerCase()}:${subject.externalId}` }) };
  return new SignJWT({ ...claims, auth_time: nowSeconds })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(nameOf(role, subject, name))
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + ttlSeconds)
    .sign(secret);
}

/** Who an Authorization header says is calling, by a token of `issueToken`. What is not wholly right is refused. */
export async function readToken(secret: Uint8Array, header: string, now: number): Promise<Actor> {
  const token = bearerIn(header, MAX_HEADER_LENGTH);
  return refusingBadTokens(async () => {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: [ALGORITHM],
      typ: 'JWT',
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['exp', 'iat', 'sub'],
      currentDate: new Date(now),
    });
    return actorFrom(payload);
  });
}

function actorFrom(payload: JWTPayload): Actor {
  const { role, subject, sub } = payload;
  if (!isRole(role)) throw new Refusal('INVALID', 'ROLE_INVALID', 'There is no such role.');
  const found = subject === undefined ? null : parseSubject(subject);
  checkHolder(role, found);
  return { role, name: sub!, subject: found && { ...found, id: null }, ...signedInAt(payload) };
}

const isRole = (value: unknown): value is Role => (ROLES as readonly unknown[]).includes(value);

/** "merchant:EXTERNAL_ID" or "buyer:EXTERNAL_ID". */
export function parseSubject(text: unknown): Omit<ActorSubject, 'id'> {
  const [, kind, externalId] = (typeof text === 'string' && /^(merchant|buyer):(.+)$/s.exec(text)) || [];
  if (kind && externalId) return { kind: kind === 'merchant' ? 'MERCHANT' : 'BUYER', externalId };
  throw new Refusal('INVALID', 'SUBJECT_INVALID', 'A subject is merchant:EXTERNAL_ID or buyer:EXTERNAL_ID.', [
    'subject',
  ]);
}

/** Whoever sees only its own must say whose that is; an outsider stands for nobody. */
function checkHolder(role: Role, subject: Omit<ActorSubject, 'id'> | null): void {
  if ((role === 'MERCHANT' || role === 'BUYER') && subject?.kind !== role) {
    const example = `${role.toLowerCase()}:EXTERNAL_ID`;
    throw new Refusal('INVALID', 'SUBJECT_MISSING', `A ${role} token needs a subject: ${example}.`, ['subject']);
  }
  if ((role === 'PUBLIC' || role === 'PARTNER') && subject) {
    throw new Refusal('INVALID', 'SUBJECT_INVALID', `A ${role} token stands for no subject.`, ['subject']);
  }
}

const nameOf = (role: Role, subject: TokenHolder['subject'], name: string | undefined): string => {
  const holder = subject?.externalId ?? name;
  return holder === undefined ? role : `${role}:${holder}`;
};
