import { compactVerify, importJWK, type JWK } from 'jose';
import { isSet } from './status-list.ts';

/** Why a signed grade is not to be relied on. */
export type Fault =
  | 'MALFORMED'
  | 'ALGORITHM_WRONG'
  | 'TYPE_WRONG'
  | 'KEY_UNKNOWN'
  | 'SIGNATURE_WRONG'
  | 'ISSUER_WRONG'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  | 'REVOKED'
  | 'STATUS_LIST_WRONG';

export interface Claims {
  readonly id: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly credentialSubject: Readonly<Record<string, unknown>>;
  readonly credentialStatus?: Readonly<Record<string, unknown>>;
}

export type Verdict =
  | { readonly isValid: true; readonly claims: Claims; readonly isStatusChecked: boolean }
  | { readonly isValid: false; readonly fault: Fault; readonly message: string };

export interface Against {
  readonly keys: readonly JWK[]; // the issuer's, from its /.well-known/jwks.json
  readonly at: number; // ms since 1970
  /** Status lists as they were fetched; without them nothing is known of revocations. */
  readonly lists?: readonly string[];
  /** Whose it must be; whoever's the keys are, where not given. */
  readonly issuer?: string | null;
}

class Faulty extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Checks a signed grade with nothing but what is passed in: no network, no clock. */
export async function verifyCredential(jwt: string, against: Against): Promise<Verdict> {
  try {
    const claims = await checked(jwt.trim(), against);
    const isStatusChecked = (against.lists ?? []).length > 0;
    if (isStatusChecked) await checkStatus(claims, against);
    return { isValid: true, claims, isStatusChecked };
  } catch (error) {
    if (error instanceof Faulty) return { isValid: false, fault: error.fault, message: error.message };
    throw error;
  }
}

async function checked(jwt: string, { keys, at, issuer }: Against): Promise<Claims> {
  const [header, payload] = partsOf(jwt);
  const { alg, typ, kid } = header;
  if (alg !== 'EdDSA') throw new Faulty('ALGORITHM_WRONG', `It is signed by ${told(alg)}; a grade is signed by EdDSA.`);
  if (typ !== 'vc+jwt') throw new Faulty('TYPE_WRONG', `It is a ${told(typ)}, not a credential (vc+jwt).`);
  const key = keys.find((each) => each.kid === kid && each.kty === 'OKP' && each.crv === 'Ed25519');
  if (!key) throw new Faulty('KEY_UNKNOWN', `The key ${told(kid)} is none of the keys given.`);
  await checkSignature(jwt, key);
  const claims = claimsIn(payload);
  if (issuer != null && claims.issuer !== issuer)
    throw new Faulty('ISSUER_WRONG', `It was issued by ${claims.issuer}, not by ${issuer}.`);
  if (Date.parse(claims.validFrom) > at)
    throw new Faulty('NOT_YET_VALID', `It is not valid before ${claims.validFrom}.`);
  if (Date.parse(claims.validUntil) <= at) throw new Faulty('EXPIRED', `It expired at ${claims.validUntil}.`);
  return claims;
}

type Json = Readonly<Record<string, unknown>>;
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Base64url as one encoder writes it: else a byte could be altered that means nothing. */
function partsOf(jwt: string): [header: Json, payload: Json] {
  const parts = jwt.length <= MOST_CHARACTERS ? jwt.split('.') : [];
  const isCanonical = (part: string) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
  if (parts.length !== 3 || !parts.every(isCanonical)) throw new Faulty('MALFORMED', 'It is no JWT.');
  return [jsonIn(parts[0]!), jsonIn(parts[1]!)];
}

function jsonIn(part: string): Json {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // told below
  }
  throw new Faulty('MALFORMED', 'It is no JWT: a part of it is no JSON object.');
}

async function checkSignature(jwt: string, key: JWK): Promise<void> {
  try {
    await compactVerify(jwt, await importJWK(key, 'EdDSA'), { algorithms: ['EdDSA'] });
  } catch {
    throw new Faulty('SIGNATURE_WRONG', 'It was altered, or not signed by the key that it names.');
  }
}

function claimsIn(payload: Json): Claims {
  const { id, issuer, validFrom, validUntil, credentialSubject } = payload;
  const isInstant = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (
    typeof id === 'string' &&
    typeof issuer === 'string' &&
    isInstant(validFrom) &&
    isInstant(validUntil) &&
    isObject(credentialSubject)
  )
    return payload as unknown as Claims;
  throw new Faulty('MALFORMED', 'It lacks what every credential of a grade has.');
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The list that it names must be there, be whole, of the same issuer, and valid itself. */
async function checkStatus({ credentialStatus, issuer }: Claims, { keys, at, lists = [] }: Against): Promise<void> {
  const { statusListCredential: listId, statusListIndex: index, type, statusPurpose } = credentialStatus ?? {};
  if (type !== 'BitstringStatusListEntry' || statusPurpose !== 'revocation' || !/^\d{1,9}$/.test(String(index)))
    throw new Faulty('MALFORMED', 'It names no place in a status list.');
  const named = lists.map((list) => list.trim()).find((list) => idIn(list) === listId);
  if (named === undefined)
    throw new Faulty('STATUS_LIST_WRONG', `No status list given is the one that it names: ${told(listId)}.`);
  const list = await checked(named, { keys, at, issuer }).catch((error: unknown) => {
    if (error instanceof Faulty)
      throw new Faulty('STATUS_LIST_WRONG', `Its status list cannot be used: ${error.message}`);
    throw error;
  });
  const { encodedList, statusPurpose: purpose } = list.credentialSubject;
  const isRevoked =
    purpose === 'revocation' && typeof encodedList === 'string' ? isSet(encodedList, Number(index)) : null;
  if (isRevoked === null) throw new Faulty('STATUS_LIST_WRONG', 'Its status list has no such place.');
  if (isRevoked) throw new Faulty('REVOKED', 'It was revoked.');
}

function idIn(list: string): unknown {
  try {
    return jsonIn(list.split('.')[1] ?? '')['id'];
  } catch {
    return undefined;
  }
}

const told = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : 'nothing known');
