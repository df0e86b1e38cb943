import type { Log } from '../../src/log.ts';

/** Keeps what is logged, a line an object. */
export function logInto(lines: Record<string, unknown>[]): Log {
  const write = (first: unknown, message?: string) =>
    void lines.push(typeof first === 'string' ? { msg: first } : { ...(first as object), msg: message });
  return { debug: write, info: write, warn: write, error: write, fatal: write } as Log;
}

export const quiet: Log = logInto([]);
