import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/** On standard error: standard output is for what people asked for. Written at once, so that nothing is lost. */
const standardError = (): DestinationStream => pino.destination({ dest: 2, sync: true });

/** A JSON object a line, with the number of the process where there are several. Nobody hands it a person's data or a secret; should some come along, most of it is taken out here. */
export const openLog = (
  level: LogLevel,
  to: DestinationStream = standardError(),
  processNumber: number | null = null,
): Log =>
  pino(
    {
      level,
      base: processNumber === null ? null : { process: processNumber },
      serializers: { err: told },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: REDACTED },
    },
    to,
  );

const REDACTED = '[redacted]';
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'apiKey',
  'variables',
  'body',
  'headers',
];

const MOST_CAUSES = 3;

/** What an error is and where it happened. Not what the database says beside it: its details hold values of rows. */
function told(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return scrubbed(String(error));
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    type: error.name,
    message: scrubbed(error.message),
    stack: scrubbed(error.stack ?? ''),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(typeof table === 'string' && { table }),
    ...(error.cause !== undefined && depth < MOST_CAUSES && { cause: told(error.cause, depth + 1) }),
  };
}

/** What looks like a token or a key, a password in an address, an e-mail address, an address of the internet. */
const UNWANTED: readonly RegExp[] = [
  /\b[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g, // a JWT
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
  /[^\s"'<>@:/()]+@[^\s"'<>@:/()]+\.[a-z]{2,}/gi,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  /(?<![\w/.-])[\w+-]{40,}(?![\w/-])/g,
];

export const scrubbed = (text: string): string => UNWANTED.reduce((rest, each) => rest.replace(each, REDACTED), text);
