import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { Refusal } from '../kernel/refusal.ts';
import { ANYONE, ROLES, type Actor, type ActorSubject, type Role } from './actor.ts';

/** What a token says of its holder. */
export interface TokenHolder {
  readonly role: Role;
  readonly subject: Omit<ActorSubject, 'id'> | null;
  /** Tells one holder of a role from another; not needed with a subject. */
  readonly name?: string;
  readonly ttlSeconds: number;
}

const ISSUER = 'credence';
const AUDIENCE = 'credence-api';
const ALGORITHM = 'HS256';
const MAX_TTL_SECONDS = 366 * 86_400;
const MAX_HEADER_LENGTH = 4096;
const MAX_NAME_LENGTH = 200;
const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

export function issueToken(secret: Uint8Array, holder: TokenHolder, now: number): Promise<string> {
  const { role, subject, name, ttlSeconds } = holder;
  const nowSeconds = Math.floor(now / 1000);
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
    throw new Refusal('INVALID', 'TTL_INVALID', 'A token lasts from 1 second to 366 days.', ['ttl']);
  }
  checkHolder(role, subject);
  checkName(subject?.externalId ?? name ?? null);
  return new SignJWT({ role, ...(subject && { subject: `${subject.kind.toLowerCase()}:${subject.externalId}` }) })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(nameOf(role, subject, name))
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + ttlSeconds)
    .sign(secret);
}

/** Who an Authorization header says is calling: anyone when there is none. What is not wholly right is refused. */
export async function readToken(secret: Uint8Array, header: string | undefined, now: number): Promise<Actor> {
  if (header === undefined) return ANYONE;
  const token = header.length <= MAX_HEADER_LENGTH ? BEARER.exec(header)?.[1] : undefined;
  if (!token?.split('.').every(isCanonical)) throw invalid();
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: [ALGORITHM],
      typ: 'JWT',
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['exp', 'iat', 'sub'],
      currentDate: new Date(now),
    });
    return actorFrom(payload);
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw expired();
    if (error instanceof errors.JOSEError || error instanceof Refusal) throw invalid();
    throw error;
  }
}

function actorFrom({ role, subject, sub }: JWTPayload): Actor {
  if (!isRole(role)) throw invalid();
  const found = subject === undefined ? null : parseSubject(subject);
  checkHolder(role, found);
  return { role, name: sub!, subject: found && { ...found, id: null } };
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

/** It becomes part of keys and of the record of who did what. */
function checkName(name: string | null): void {
  if (name === null || (name.length <= MAX_NAME_LENGTH && /^[^\p{Cc}]+$/u.test(name))) return;
  const message = `A holder's name has 1 to ${MAX_NAME_LENGTH} characters, none of them control characters.`;
  throw new Refusal('INVALID', 'NAME_INVALID', message);
}

const nameOf = (role: Role, subject: TokenHolder['subject'], name: string | undefined): string => {
  const holder = subject?.externalId ?? name;
  return holder === undefined ? role : `${role}:${holder}`;
};

/** Base64url as one encoder writes it: `jose` would also read stray bits at the end. */
const isCanonical = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part;

const invalid = () => new Refusal('UNAUTHENTICATED', 'TOKEN_INVALID', 'The bearer token is not valid here.');
const expired = () => new Refusal('UNAUTHENTICATED', 'TOKEN_EXPIRED', 'The bearer token has expired. Get a new one.');
