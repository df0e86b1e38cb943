import type { IncomingHttpHeaders } from 'node:http';
import { isWithin } from '../../addresses.ts';

/** Browsers send cookies of nobody here, and yet: pages of other sites open no sockets, unless they may call (CREDENCE_CORS_ORIGINS). */
export function isOriginAllowed({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes(origin)) return true; // no browser, or one of those
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Where a socket comes from: what trusted proxies say of it, as far as they can be trusted one after the other. */
export function addressOf(
  remote: string,
  { 'x-forwarded-for': said }: IncomingHttpHeaders,
  trusted: readonly string[],
) {
  let address = remote;
  const named = String(said ?? '').split(',');
  while (isWithin(trusted, address)) {
    const before = named.pop()?.trim();
    if (!before) break;
    address = before;
  }
  return address;
}
