import { Refusal } from '../kernel/refusal.ts';

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** serialization_failure and deadlock_detected: nothing was done, and the same work may pass the next time. */
export const isWorthRetrying = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error));

/** https://www.postgresql.org/docs/18/errcodes-appendix.html, and Node's own for sockets. */
const LOST = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);
/** `pg` gives these no code. */
const LOST_MESSAGES =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (LOST.has(code) || code.startsWith('08')) return true; // class 08: connection exceptions
  if (code === 'ENOENT') return 'syscall' in (error as Error) && (error as NodeJS.ErrnoException).syscall === 'connect';
  return code === '' && error instanceof Error && LOST_MESSAGES.test(error.message);
}

export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === '23505';

function becauseOf(cause: unknown, refusal: Refusal): Refusal {
  refusal.cause = cause;
  return refusal;
}

export const unavailable = (cause: unknown): Refusal =>
  becauseOf(cause, new Refusal('UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'The database cannot be reached. Try again.'));

export const outcomeUnknown = (cause: unknown): Refusal =>
  becauseOf(
    cause,
    new Refusal(
      'UNAVAILABLE',
      'OUTCOME_UNKNOWN',
      'The connection was lost while the change was being saved. Send it again with the same idempotency key.',
    ),
  );

export const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof Refusal && error.code === 'OUTCOME_UNKNOWN';

/** in_failed_sql_transaction: refused, since another statement of its transaction has failed before it. */
export const isOfAborted = (error: unknown): boolean => codeOf(error) === '25P02';

/** lock_not_available: `lock_timeout` has passed. */
export const isLockTimeout = (error: unknown): boolean => codeOf(error) === '55P03';

/** query_canceled: by `statement_timeout`, or because its deadline has passed. */
export const isCancelled = (error: unknown): boolean => codeOf(error) === '57014';

/** character_not_in_repertoire and untranslatable_character: a text holds U+0000 or half of a character, which Postgres cannot keep. */
export const isUnkeepableText = (error: unknown): boolean => ['22021', '22P05'].includes(codeOf(error));
