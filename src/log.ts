import { pino, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/** A JSON object a line, on standard error: standard output is for what people asked for. Written at once, so that none is lost. */
export const openLog = (level: LogLevel): Log => pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
