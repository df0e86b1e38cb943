import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../kernel/refusal.ts';

const GOOD_FOR_MS = 15 * 60_000;

export interface Link {
  readonly url: string;
  readonly endsAt: Date;
}

/** Where an export can be fetched for a quarter of an hour by whoever has the link. */
export function linkTo(base: string, secret: Buffer, id: string, now: number): Link {
  const ends = now + GOOD_FOR_MS;
  return {
    url: `${base}/exports/${id}?expires=${ends}&signature=${signatureOf(secret, id, ends)}`,
    endsAt: new Date(ends),
  };
}

/** Refused unless the link is ours as it stands, and not over. */
export function checkLink(secret: Buffer, id: string, expires: unknown, signature: unknown, now: number): void {
  const ends = typeof expires === 'string' && /^\d{1,15}$/.test(expires) ? Number(expires) : null;
  if (ends === null || !isSame(signatureOf(secret, id, ends), signature))
    throw new Refusal('FORBIDDEN', 'LINK_INVALID', 'This is no link of ours, or a part of it is missing.');
  if (ends <= now)
    throw new Refusal('FORBIDDEN', 'LINK_EXPIRED', 'This link has expired. Ask `bulkExport` for a new one.');
}

const signatureOf = (secret: Buffer, id: string, ends: number): string =>
  createHmac('sha256', secret).update(`export\n${id}\n${ends}`).digest('base64url');

function isSame(expected: string, given: unknown): boolean {
  if (typeof given !== 'string' || given.length !== expected.length) return false;
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
