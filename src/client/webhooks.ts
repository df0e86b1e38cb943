import { CredenceError } from './errors.ts';

/** What Standard Webhooks wants of a body. */
export interface WebhookPayload {
  /** Such as grade.changed. */
  readonly type: string;
  /** When it happened: an instant of RFC 3339. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What came, and from us. It may come more than once, under the same id. */
export interface WebhookMessage<Payload = WebhookPayload> {
  readonly id: string;
  readonly sentAt: Date;
  readonly payload: Payload;
}

export interface WebhookOptions {
  /** How far its clock may be from yours. 5 minutes, if not given. */
  readonly toleranceMs?: number;
  /** ms since 1970; the clock's, if not given. */
  readonly now?: number;
}

type HeaderValue = string | readonly string[] | undefined;
export type WebhookHeaders = { get: (name: string) => string | null } | Readonly<Record<string, HeaderValue>>;

const TOLERANCE_MS = 300_000;

/**
 * Checks a webhook by Standard Webhooks 1.0, and gives what it says; what is not ours, altered or too old is a CredenceError.
 * `payload` is the body as it came, byte for byte: JSON that was parsed and written anew is another. `keys`: the endpoint's secret
 * (whsec_…, HMAC-SHA-256) or public key (whpk_…, ed25519); while keys are rotated, the old and the new.
 */
export async function verifyWebhook<Payload = WebhookPayload>(
  payload: string | Uint8Array,
  headers: WebhookHeaders,
  keys: string | readonly string[],
  { toleranceMs = TOLERANCE_MS, now = Date.now() }: WebhookOptions = {},
): Promise<WebhookMessage<Payload>> {
  const read = (name: string): string => headerIn(headers, name);
  const [id, timestamp, signatures] = [read('webhook-id'), read('webhook-timestamp'), read('webhook-signature')];
  const sentAt = sentAtOf(timestamp, now, toleranceMs);
  const body = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  const verifiers = await Promise.all([keys].flat().map(verifierOf));
  for (const signature of signatures.split(' '))
    for (const verify of verifiers)
      if (await verify(signature, signed)) return { id, sentAt, payload: jsonIn(body) as Payload };
  throw new CredenceError('SIGNATURE_WRONG', 'No signature of the webhook is of a key given.');
}

function headerIn(headers: WebhookHeaders, name: string): string {
  const value = isHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (typeof value === 'string' && value !== '') return value;
  throw new CredenceError('HEADERS_MISSING', `The webhook has no header ${name}.`);
}

const isHeaders = (headers: WebhookHeaders): headers is { get: (name: string) => string | null } =>
  typeof headers['get'] === 'function';

function sentAtOf(timestamp: string, now: number, toleranceMs: number): Date {
  if (!/^[1-9]\d{0,11}$/.test(timestamp))
    throw new CredenceError('TIMESTAMP_INVALID', 'webhook-timestamp is no number of seconds.');
  const sentAt = new Date(Number(timestamp) * 1000);
  if (sentAt.getTime() < now - toleranceMs)
    throw new CredenceError('WEBHOOK_TOO_OLD', 'The webhook was sent too long ago, or a clock is wrong.');
  if (sentAt.getTime() > now + toleranceMs)
    throw new CredenceError('WEBHOOK_TOO_NEW', 'The webhook is of the future, or a clock is wrong.');
  return sentAt;
}

type Verify = (signature: string, signed: Uint8Array<ArrayBuffer>) => Promise<boolean>;

/** How one key judges a signature: one of another kind is never its own. WebCrypto compares in constant time. */
async function verifierOf(text: string): Promise<Verify> {
  const [scheme, algorithm, bytes] = text.startsWith('whpk_')
    ? (['v1a', { name: 'Ed25519' }, bytesOf(text.slice(5))] as const)
    : (['v1', { name: 'HMAC', hash: 'SHA-256' }, bytesOf(text.replace(/^whsec_/, ''))] as const);
  if (!bytes || bytes.length === 0 || (scheme === 'v1a' && bytes.length !== 32))
    throw new CredenceError('KEY_INVALID', 'A key is whsec_… or whpk_… with base64 behind it.');
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
  return async (signature, signed) => {
    const [version, encoded = ''] = signature.split(',');
    const given = version === scheme ? bytesOf(encoded) : null;
    return given !== null && crypto.subtle.verify(algorithm.name, key, given, signed);
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new CredenceError('BODY_INVALID', 'The webhook is ours, and holds no JSON.', { cause });
  }
}
