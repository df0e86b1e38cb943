import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Refusal } from '../kernel/refusal.ts';
import { isLoopback, isPublicAddress } from './public-address.ts';

/** The addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

const DNS_MS = 2_000; // for each try

/**
 * Asks name servers without help of the system: its own way keeps one of few threads for as long as a name server says nothing, and with
 * them all that reads a file.
 */
export const systemResolve: Resolve = async (hostname) => {
  if (hostname === 'localhost') return ['127.0.0.1', '::1'];
  const resolver = new Resolver({ timeout: DNS_MS, tries: 2 });
  const found = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
};

/** Whom we may call. */
export interface Reach {
  /** This machine too, and over plain HTTP: for tests and for those who try it out. Never in production. */
  readonly isLocalAllowed: boolean;
  readonly resolve: Resolve;
}

const LONGEST = 2_000;
const WEB_PORT = 443;
const FIRST_FREE_PORT = 1024; // below it live services of other kinds

const refused = (code: string, message: string) => new Refusal('INVALID', code, message, ['url']);

/** An address that we would call, as the standard writes it: without tricks such as 0x7f.1. Where its name leads is asked by `addressesOf`. */
export function checkedUrl(text: string, { isLocalAllowed }: Pick<Reach, 'isLocalAllowed'>): string {
  const url = text.length <= LONGEST && URL.canParse(text) ? new URL(text) : null;
  if (!url) throw refused('URL_INVALID', `This is no address, or has more than ${LONGEST} characters.`);
  const isPlain = isLocalAllowed && url.protocol === 'http:' && isLocalName(hostOf(url));
  if (url.protocol !== 'https:' && !isPlain) throw refused('URL_NOT_HTTPS', 'Webhooks are sent over https alone.');
  if (url.username !== '' || url.password !== '')
    throw refused('URL_HAS_CREDENTIALS', 'Leave user and password out of the address; what we send is signed.');
  const port = Number(url.port || WEB_PORT);
  if (port !== WEB_PORT && port < FIRST_FREE_PORT)
    throw refused('PORT_NOT_ALLOWED', `The port is ${WEB_PORT}, or ${FIRST_FREE_PORT} or above.`);
  url.hash = '';
  return url.href;
}

/** Without the brackets that an IPv6 address has there. */
export const hostOf = ({ hostname }: Pick<URL, 'hostname'>): string => hostname.replace(/^\[|\]$/g, '');

const isLocalName = (host: string): boolean => host === 'localhost' || isLoopback(host);

export const isReachable = (address: string, { isLocalAllowed }: Pick<Reach, 'isLocalAllowed'>): boolean =>
  isPublicAddress(address) || (isLocalAllowed && isLoopback(address));

/** No address of a name may be called, or it has none. */
export class Unreachable extends Error {
  readonly code: 'ADDRESS_NOT_PUBLIC' | 'NAME_UNKNOWN';

  constructor(code: Unreachable['code']) {
    super(code);
    this.name = 'Unreachable';
    this.code = code;
  }
}

/**
 * Where a name leads now: what is connected to is one of these, so that a name which leads elsewhere in the next moment leads us
 * nowhere. One address that may not be called spoils them all: nobody who means well has such a name.
 */
export async function addressesOf(host: string, reach: Reach): Promise<readonly string[]> {
  const addresses = isIP(host) ? [host] : await reach.resolve(host).catch(() => []);
  if (addresses.length === 0) throw new Unreachable('NAME_UNKNOWN');
  if (!addresses.every((address) => isReachable(address, reach))) throw new Unreachable('ADDRESS_NOT_PUBLIC');
  return addresses;
}

/** As `checkedUrl`, and its name leads to where we may call. */
export async function checkedTarget(text: string, reach: Reach): Promise<string> {
  const url = checkedUrl(text, reach);
  try {
    await addressesOf(hostOf(new URL(url)), reach);
    return url;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (error.code === 'NAME_UNKNOWN') throw refused('URL_UNKNOWN', 'The name in this address leads nowhere.');
    throw refused('URL_NOT_PUBLIC', 'This address is not on the public internet.');
  }
}
