/** How a "no" is meant: the caller may mend the input, wait, sign in, or accept it. */
export type RefusalKind = 'INVALID' | 'NOT_FOUND' | 'CONFLICT' | 'FORBIDDEN' | 'UNAUTHENTICATED' | 'UNAVAILABLE';

/**
 * A "no" that the caller can act on. It becomes `userErrors` in a mutation's payload and `extensions.code` elsewhere;
 * everything else that is thrown is our own fault and shown as INTERNAL.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  /** Stable, SCREAMING_SNAKE_CASE, for programs. */
  readonly code: string;
  /** Path of the input at fault, outermost first; null where no one field is. */
  readonly field: readonly string[] | null;
  /** After how many seconds the same may be asked again; null where it is not a matter of time. */
  readonly retrySeconds: number | null;

  constructor(
    kind: RefusalKind,
    code: string,
    message: string,
    field: readonly string[] | null = null,
    retrySeconds: number | null = null,
  ) {
    super(message);
    this.name = 'Refusal';
    this.kind = kind;
    this.code = code;
    this.field = field;
    this.retrySeconds = retrySeconds;
  }
}
