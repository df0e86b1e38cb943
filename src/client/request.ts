import { isQuery } from './document.ts';
import { CredenceError, type GraphqlError } from './errors.ts';
import { endpointOf, headersOf, type ClientSettings, type RequestOptions } from './settings.ts';
import { backoffMs, pause } from './waiting.ts';

/** What the API answered, errors and all. */
export interface Answer<Result> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Result | null | undefined;
  readonly errors: readonly GraphqlError[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

const TIMEOUT_MS = 15_000;
const RETRIES = 3;
/** Who is told to come back later than this is told so, and does not wait here. */
const LONGEST_RETRY_AFTER_MS = 60_000;
/** The API, or what stands before it, cannot answer now. */
const AWAY: readonly number[] = [502, 503, 504];

/** Asks until there is an answer: what may be repeated is tried again, when the network or the API fails. */
export async function send<Result>(
  settings: ClientSettings,
  query: string,
  variables: unknown,
  options: RequestOptions = {},
): Promise<Answer<Result>> {
  const isRepeatable = options.isRepeatable ?? (isQuery(query) || hasKey(variables));
  const body = JSON.stringify({ query, variables });
  for (let attempt = 0; ; attempt++) {
    const isLast = attempt >= (settings.retries ?? RETRIES);
    const answer = await once<Result>(settings, body, options).catch((error: unknown) => {
      if (isLast || !isRepeatable || !isOfTheNetwork(error)) throw error;
      return null;
    });
    const wait = answer ? retryAfterMs(answer.headers) : 0;
    if (answer && (isLast || !isWorthAnother(answer.status, isRepeatable) || wait > LONGEST_RETRY_AFTER_MS))
      return answer;
    await pause(backoffMs(attempt, wait), options.signal);
  }
}

const isOfTheNetwork = (error: unknown): boolean =>
  error instanceof CredenceError && (error.code === 'NETWORK' || error.code === 'TIMED_OUT');

/** What was throttled was not begun, so that anything may be sent again. */
const isWorthAnother = (status: number, isRepeatable: boolean): boolean =>
  status === 429 || (isRepeatable && AWAY.includes(status));

/** A repeat under the same key gets the first answer. */
function hasKey(variables: unknown): boolean {
  const { input } = (variables ?? {}) as { readonly input?: unknown };
  return typeof input === 'object' && input !== null && 'idempotencyKey' in input;
}

export function retryAfterMs(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

async function once<Result>(
  settings: ClientSettings,
  body: string,
  { signal, purpose }: RequestOptions,
): Promise<Answer<Result>> {
  const headers = await headersOf(settings, purpose);
  const timeout = AbortSignal.timeout(settings.timeoutMs ?? TIMEOUT_MS);
  try {
    const response = await (settings.fetch ?? fetch)(endpointOf(settings.url), {
      method: 'POST',
      headers,
      body,
      redirect: 'error', // a token is for nobody else
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return answerOf<Result>(response, await response.text());
  } catch (cause) {
    if (cause instanceof CredenceError) throw cause;
    signal?.throwIfAborted();
    if (timeout.aborted) throw new CredenceError('TIMED_OUT', 'The API did not answer in time.', { cause });
    throw new CredenceError('NETWORK', `The API cannot be reached: ${(cause as Error).message}`, { cause });
  }
}

/** An answer that is not GraphQL's is an error; that of something that is away is worth another try. */
function answerOf<Result>({ status, headers }: Response, text: string): Answer<Result> {
  const json = jsonIn(text);
  if (json === null && status !== 429 && !AWAY.includes(status))
    throw new CredenceError('ANSWER_INVALID', `What answered (HTTP ${status}) is not the API.`, { status });
  const { data, errors, extensions } = json ?? {};
  return {
    status,
    headers,
    data: data as Result | null | undefined,
    errors:
      json === null
        ? [{ message: `HTTP ${status}`, extensions: { code: 'UNAVAILABLE' } }]
        : (errors as readonly GraphqlError[]),
    extensions: extensions as Answer<Result>['extensions'],
  };
}

function jsonIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isAnswer = typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
    return isAnswer ? { ...value } : null;
  } catch {
    return null;
  }
}
