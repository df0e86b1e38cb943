import { errors, jwtVerify, type JWTPayload } from 'jose';
import { Refusal } from '../kernel/refusal.ts';
import type { Actor, ActorSubject, Role } from './actor.ts';
import type { ReadToken } from './authenticate.ts';
import { bearerIn, checkName, refusingBadTokens, signedInAt } from './bearer.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** What we ask of the tokens of the marketplace's own issuer, and how we read them. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[]; // none with a shared secret
  readonly clockToleranceSeconds: number;
  /** Where a token says what its holder is: a claim's name, or a path of names with dots between them. */
  readonly roleClaim: string;
  /** What the issuer calls our roles. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Where it says for which merchant or buyer its holder stands, by the platform's own id. */
  readonly merchantClaim: string;
  readonly buyerClaim: string;
}

const MAX_HEADER_LENGTH = 7_168; // the server takes 8 KiB of headers in all

/** Reads tokens of an issuer. Its own keys are used for nothing else, and tokens of ours are none of its. */
export function tokensOf(issuer: Issuer, keys: IssuerKeys): ReadToken {
  return (authorization, now) => {
    const read = async (): Promise<Actor> => {
      const token = bearerIn(authorization, MAX_HEADER_LENGTH);
      const { payload } = await jwtVerify(token, keys(now), {
        algorithms: [...issuer.algorithms],
        issuer: issuer.issuer,
        audience: issuer.audience,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: issuer.clockToleranceSeconds,
        currentDate: new Date(now),
      }).catch(asBadToken);
      return actorFrom(issuer, payload);
    };
    return refusingBadTokens(read);
  };
}

/** `jose` has a key of its set that it cannot use for this: for us it is as if there were none. */
function asBadToken(error: unknown): never {
  throw error instanceof TypeError ? new errors.JWKSNoMatchingKey(undefined, { cause: error }) : error;
}

function actorFrom(issuer: Issuer, payload: JWTPayload): Actor {
  const role = roleIn(issuer, payload);
  const subject = subjectIn(issuer, role, payload);
  const holder = subject?.externalId ?? payload.sub!;
  checkName(holder);
  return { role, name: `${role}:${holder}`, subject: subject && { ...subject, id: null }, ...signedInAt(payload) };
}

/** The one role that the claim names. Of a list, what is none of ours is passed over: issuers serve others too. */
function roleIn({ roleClaim, roles }: Issuer, payload: JWTPayload): Role {
  const said = claimAt(payload, roleClaim);
  const names: readonly unknown[] = Array.isArray(said) ? said : [said];
  const found = new Set(names.flatMap((name) => (typeof name === 'string' && roles.get(name)) || []));
  if (found.size === 1) return [...found][0]!;
  throw unusable('It names no role, or more than one.');
}

function subjectIn(issuer: Issuer, role: Role, payload: JWTPayload): Omit<ActorSubject, 'id'> | null {
  if (role !== 'MERCHANT' && role !== 'BUYER') return null;
  const externalId = claimAt(payload, role === 'MERCHANT' ? issuer.merchantClaim : issuer.buyerClaim);
  if (typeof externalId === 'string' && externalId !== '') return { kind: role, externalId };
  throw unusable('It names nobody for whom its holder stands.');
}

/** A claim by its name, dots and all; else by a path. */
function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path.split('.').reduce<unknown>((at, name) => {
    const isObject = typeof at === 'object' && at !== null && Object.hasOwn(at, name);
    return isObject ? (at as Readonly<Record<string, unknown>>)[name] : undefined;
  }, payload);
}

const unusable = (message: string) => new Refusal('INVALID', 'TOKEN_UNUSABLE', message);
