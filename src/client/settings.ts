/** Why a partner pulls a grade. */
export type Purpose = 'CREDIT_DECISION' | 'ONBOARDING' | 'DISPLAY';

export interface ClientSettings {
  /** Where the API is: http://localhost:4000, with /graphql or without. */
  readonly url: string;
  /** A bearer token, or what fetches one: it is asked before each request. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Of a machine, instead of a token. */
  readonly apiKey?: string | undefined;
  /** What partners pull for, unless a request says otherwise. */
  readonly purpose?: Purpose | undefined;
  /** Instead of the platform's own. */
  readonly fetch?: typeof fetch | undefined;
  /** Of each try. 15 s, if not given. */
  readonly timeoutMs?: number | undefined;
  /** How often a request that may be repeated is tried again. 3, if not given. */
  readonly retries?: number | undefined;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly purpose?: Purpose | undefined;
  /** That it may be repeated, where the client cannot know: a mutation without `idempotencyKey` that does the same twice. */
  readonly isRepeatable?: boolean | undefined;
}

/** Where GraphQL is. */
export function endpointOf(url: string): URL {
  const endpoint = new URL(url);
  if (!endpoint.pathname.endsWith('/graphql')) endpoint.pathname = `${endpoint.pathname.replace(/\/$/, '')}/graphql`;
  return endpoint;
}

export async function headersOf(settings: ClientSettings, purpose?: Purpose): Promise<Record<string, string>> {
  const { token, apiKey } = settings;
  const bearer = typeof token === 'function' ? await token() : (token ?? apiKey);
  const pulledFor = purpose ?? settings.purpose;
  return {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...(pulledFor !== undefined && { 'credence-purpose': pulledFor }),
  };
}
