/** An error as GraphQL answers it. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A "no" of a mutation, as its payload has it. */
export interface UserError {
  readonly code: string;
  readonly message: string;
  readonly field: readonly string[] | null;
}

interface Details {
  readonly field?: readonly string[] | null;
  readonly status?: number | null;
  readonly retryAfterMs?: number | null;
  readonly errors?: readonly GraphqlError[];
  readonly data?: unknown;
  readonly cause?: unknown;
}

/**
 * Whatever keeps a call from its answer. `code` is the API's own, such as THROTTLED or CONSENT_MISSING, or one of the client's:
 * NETWORK, TIMED_OUT, ANSWER_INVALID (what answered was not the API), and those that the checks of webhooks have.
 */
export class CredenceError extends Error {
  readonly code: string;
  /** The path of the input at fault; null where no one field is. */
  readonly field: readonly string[] | null;
  /** Of HTTP; null where there was no answer, or none was needed. */
  readonly status: number | null;
  /** When it is worth trying again; null where the API did not say. */
  readonly retryAfterMs: number | null;
  /** All that GraphQL said; the first of them is this error. */
  readonly errors: readonly GraphqlError[];
  /** What could be answered all the same. */
  readonly data: unknown;

  constructor(code: string, message: string, details: Details = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'CredenceError';
    this.code = code;
    this.field = details.field ?? null;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.errors = details.errors ?? [];
    this.data = details.data ?? null;
  }
}

/** The payload of a mutation that did what it was asked for; what it refused is thrown. */
export function orThrow<Payload extends { readonly userErrors: readonly UserError[] }>(payload: Payload): Payload {
  const [first] = payload.userErrors;
  if (first) throw new CredenceError(first.code, first.message, { field: first.field });
  return payload;
}
