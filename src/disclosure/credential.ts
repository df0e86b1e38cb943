import { globalId, type IdType } from '../kernel/global-id.ts';
import type { SubjectRow } from '../schema/subject.ts';
import type { Level } from '../scoring/levels.ts';

/** What is signed of a grade. */
export interface StatedGrade {
  readonly level: Level;
  readonly score: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly band: string | null;
  readonly policy: { readonly id: string; readonly key: string; readonly version: number };
  readonly asOf: Date;
  readonly knownAt: Date;
}

/** A credential's place among those that can be revoked. */
export interface StatusPlace {
  readonly listId: string;
  readonly place: number;
}

export interface CredentialToSign {
  readonly id: string; // as the API shows it
  readonly subject: SubjectRow;
  readonly grade: StatedGrade;
  readonly status: StatusPlace;
  readonly validFrom: number; // ms, whole seconds
  readonly validUntil: number;
}

export const VC_CONTEXT = 'https://www.w3.org/ns/credentials/v2';
export const CREDENTIAL_TYPE = 'CreditGradeCredential';

/** Where things are found under an installation's address. */
export const listUrl = (url: string, listId: string): string => `${url}/status-lists/${listId}`;
export const KEYS_PATH = '/.well-known/jwks.json';

/** To whole seconds, as JWTs have them. */
export const wholeSecond = (instant: number): number => Math.floor(instant / 1000) * 1000;

const instantText = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z');

/**
 * The claims of a grade as a W3C Verifiable Credential 2.0 (https://www.w3.org/TR/vc-data-model-2.0/), with those of a JWT that say the
 * same, so that whoever knows JWTs alone can check its time and its issuer.
 */
export function gradeClaims(url: string, { id, subject, grade, status, validFrom, validUntil }: CredentialToSign) {
  const list = listUrl(url, status.listId);
  const { level, score, interval, band, policy, asOf, knownAt } = grade;
  return {
    ...documentClaims(url, `${url}/credentials/${id}`, CREDENTIAL_TYPE, validFrom, validUntil),
    jti: id,
    credentialSubject: {
      id: `${url}/subjects/${globalId(subject.__typename satisfies IdType, subject.id)}`,
      kind: subject.kind,
      externalId: subject.externalId,
      level,
      ...(score !== null && { score }),
      ...(interval && { interval: { low: interval.low, high: interval.high } }),
      ...(band !== null && { band }),
      policy: { key: policy.key, version: policy.version },
      asOf: asOf.toISOString(),
      knownAt: knownAt.toISOString(),
    },
    credentialStatus: {
      id: `${list}#${status.place}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(status.place),
      statusListCredential: list,
    },
  };
}

/** A list of what is revoked, as a credential of its own. `ttl`: ms for which a copy will do. */
export function statusListClaims(
  url: string,
  listId: string,
  encodedList: string,
  validFrom: number,
  validUntil: number,
) {
  const id = listUrl(url, listId);
  return {
    ...documentClaims(url, id, 'BitstringStatusListCredential', validFrom, validUntil),
    credentialSubject: {
      id: `${id}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList,
      ttl: LIST_TTL_MS,
    },
  };
}

/** For so long a copy of a status list will do. */
export const LIST_TTL_MS = 300_000;

const documentClaims = (url: string, id: string, type: string, validFrom: number, validUntil: number) => ({
  '@context': [VC_CONTEXT, { '@vocab': `${url}/vocabulary#` }],
  id,
  type: ['VerifiableCredential', type],
  issuer: url,
  validFrom: instantText(validFrom),
  validUntil: instantText(validUntil),
  iss: url,
  iat: validFrom / 1000,
  nbf: validFrom / 1000,
  exp: validUntil / 1000,
});
