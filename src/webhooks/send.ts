import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { addressesOf, hostOf, Unreachable, type Reach } from './target.ts';

/** What became of one attempt. */
export interface Outcome {
  readonly status: number | null; // null: there was no answer
  readonly latencyMs: number;
  /** Null: it was taken. Never a word of the answer's body. */
  readonly error: string | null;
  /** What the receiver asks to be given, where it does. */
  readonly retryAfterMs: number | null;
}

export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Sender {
  /** It throws only when `signal` ends it. */
  readonly post: (asked: Asked, signal?: AbortSignal) => Promise<Outcome>;
  /** Ends idle connections. */
  readonly close: () => void;
}

/** From the first packet to the head of the answer. */
export const TIMEOUT_MS = 15_000;
/** So much of an answer is taken, and no more, to be able to use the connection again. */
const MOST_BYTES = 16_384;
const DRAIN_MS = 1_000;
const IDLE_MS = 4_000; // servers close what is idle after five seconds
const IDLE_CONNECTIONS = 32;

/** Posts to addresses from outside. What it connects to is an address that was checked in that very moment; it follows no redirect. */
export function openSender(reach: Reach, timeoutMs = TIMEOUT_MS): Sender {
  const options = { keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS, timeout: IDLE_MS, lookup: checkedLookup(reach) };
  const agents = { 'https:': new https.Agent(options), 'http:': new http.Agent(options) };
  const sending = { agents, reach, timeoutMs };
  return {
    post: (asked, signal) => post(sending, asked, signal),
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  };
}

interface Sending {
  readonly agents: { readonly 'https:': https.Agent; readonly 'http:': http.Agent };
  readonly reach: Reach;
  readonly timeoutMs: number;
}

const checkedLookup =
  (reach: Reach): LookupFunction =>
  (host, { all }, callback) =>
    void answerLookup(reach, host, all === true, callback);

async function answerLookup(
  reach: Reach,
  host: string,
  all: boolean,
  callback: Parameters<LookupFunction>[2],
): Promise<void> {
  let found: readonly string[];
  try {
    found = await addressesOf(host, reach);
  } catch (error) {
    callback(error as NodeJS.ErrnoException, '');
    return;
  }
  const addresses = found.map((address) => ({ address, family: isIP(address) }));
  if (all) callback(null, addresses);
  else callback(null, addresses[0]!.address, addresses[0]!.family);
}

async function post(sending: Sending, asked: Asked, signal?: AbortSignal): Promise<Outcome> {
  const began = performance.now();
  const done = (outcome: Omit<Outcome, 'latencyMs'>): Outcome => ({
    ...outcome,
    latencyMs: Math.round(performance.now() - began),
  });
  try {
    const host = hostOf(new URL(asked.url));
    if (isIP(host)) await addressesOf(host, sending.reach); // of these no name is asked for
    const { statusCode: status = 0, headers: answered } = await answerTo(sending, asked, signal);
    const isTaken = status >= 200 && status < 300;
    return done({
      status,
      error: isTaken ? null : `HTTP ${status}`,
      retryAfterMs: isTaken ? null : retryAfterIn(answered['retry-after']),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    return done({ status: null, error: saidOf(error), retryAfterMs: null });
  }
}

async function answerTo(...asked: Parameters<typeof answerOnce>): Promise<http.IncomingMessage> {
  try {
    return await answerOnce(...asked);
  } catch (error) {
    // A connection that was idle may have been closed just then; a new one is not (https://nodejs.org/api/http.html#requestreusedsocket).
    if (!(error instanceof ClosedWhileIdle)) throw error;
    return answerOnce(...asked);
  }
}

class ClosedWhileIdle extends Error {}

/** The head of the answer. */
function answerOnce(
  { agents, timeoutMs }: Sending,
  { url, headers, body }: Asked,
  signal?: AbortSignal,
): Promise<http.IncomingMessage> {
  const isPlain = url.startsWith('http:');
  const options = {
    method: 'POST',
    agent: agents[isPlain ? 'http:' : 'https:'],
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const sent = (isPlain ? http : https).request(url, options);
    const timeout = setTimeout(() => sent.destroy(new Error('TIMEOUT')), timeoutMs);
    sent.on('response', (answer) => {
      clearTimeout(timeout);
      drain(answer);
      resolve(answer);
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timeout);
      reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new ClosedWhileIdle() : error);
    });
    sent.end(body);
  });
}

/** An answer may be without end, or never come to it. */
function drain(answer: http.IncomingMessage): void {
  let bytes = 0;
  const enough = setTimeout(() => answer.destroy(), DRAIN_MS);
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) answer.destroy();
  });
  answer.on('error', () => {}); // nobody waits for the rest
  answer.on('close', () => clearTimeout(enough));
}

const SECOND_MS = 1_000;

/** In seconds; the other form, a date, is by the receiver's clock and not heeded. */
const retryAfterIn = (header: string | undefined): number | null =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * SECOND_MS : null;

const LONGEST_ERROR = 200;

/** A code where there is one: messages have addresses in them. */
function saidOf(error: unknown): string {
  if (error instanceof Unreachable) return error.code;
  const { code, message } = error as NodeJS.ErrnoException;
  return (code ?? message).slice(0, LONGEST_ERROR);
}
