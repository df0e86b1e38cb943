import type { Api, Asker } from '../kit/api.ts';

let next = 0;
/** A new one for each new call. */
export const aKey = (): string => `k-${next++}`;

/** What a mutation answers; where the door refuses it, the code alone. */
// oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
export async function mutate(api: Api, asker: Asker, name: string, fields: string, input: object): Promise<any> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { it: ${name}(input: $input) { ${fields} userErrors { code field } } }`;
  const { data, errors } = await api.ask(asker, query, { input: { note: 'a test', idempotencyKey: aKey(), ...input } });
  return errors ? { code: errors[0]!.extensions['code'] } : data.it;
}

export const API_KEY = `apiKey { id role partner { name } name scopes allowedAddresses lifetimeDays note createdBy createdAt
  lastUsedAt revokedAt revokedBy revokeNote secrets { prefix note madeBy madeAt expiresAt } }`;

export const PLATFORM_KEY = { role: 'PLATFORM', name: 'shop back end', scopes: ['events:write'] };

export const createKey = (api: Api, input: object = {}, asker: Asker = 'ADMIN') =>
  mutate(api, asker, 'createApiKey', `secret ${API_KEY}`, { ...PLATFORM_KEY, ...input });

export const rotateKey = (api: Api, apiKeyId: string, more: object = {}, asker: Asker = 'ADMIN') =>
  mutate(api, asker, 'rotateApiKey', `secret ${API_KEY}`, { apiKeyId, ...more });
export const revokeKey = (api: Api, apiKeyId: string, more: object = {}, asker: Asker = 'ADMIN') =>
  mutate(api, asker, 'revokeApiKey', API_KEY, { apiKeyId, ...more });

interface CodedError {
  readonly path?: readonly unknown[];
  readonly message: string;
  readonly extensions: { readonly code: string; readonly retryAfter?: number };
}

const VIEWER = '{ viewer { role scopes subject { externalId } } }';

/** What a caller with these headers is told: who it is, or why not. */
export async function callWith(api: Api, headers: Record<string, string>, query = VIEWER, variables: object = {}) {
  const response = await api.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
  const { data, errors } = (await response.json()) as { data?: any; errors?: CodedError[] };
  return {
    status: response.status,
    headers: response.headers,
    data,
    errors,
    code: errors?.[0]?.extensions.code ?? null,
  };
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
