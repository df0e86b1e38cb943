import type { Role } from '../access/actor.ts';
import { issueToken, parseSubject } from '../access/tokens.ts';
import type { Config } from '../config.ts';
import { DEMO_PARTNER } from '../partners/demo-partner.ts';
import { EXAMPLE_QUERY } from './example.ts';

const TTL_HOURS = 24;

/** Whom tokens are made for. The subjects are two of the demo marketplace. */
const HOLDERS: readonly (readonly [role: Role, subject: string | null])[] = [
  ['BUYER', 'buyer:b-00001'],
  ['MERCHANT', 'merchant:m-0001'],
  ['PARTNER', null],
  ['PLATFORM', null],
  ['MODERATOR', null],
  ['ADMIN', null],
  ['AUDITOR', null],
];

/** What is printed once the server listens. In production, and where tokens come from an issuer, that is the address and nothing to sign in with. */
export async function welcome(config: Config, address: string, now: number): Promise<string> {
  const where = `Credence listens at ${address}/graphql`;
  const { isProduction, tokenSecret } = config;
  if (isProduction || !tokenSecret) return `${where}\n`;
  const tokens = await Promise.all(HOLDERS.map((holder) => tokenLine(tokenSecret, holder, now)));
  const body = JSON.stringify({ query: EXAMPLE_QUERY.replaceAll(/\s+/g, ' ').trim() });
  return `${where} (open it in a browser: it is GraphiQL there)

Tokens to try it with, good for ${TTL_HOURS} hours:
${tokens.join('\n')}

A first query, which needs none:
curl -s ${address}/graphql -H 'content-type: application/json' -d '${body}'
`;
}

async function tokenLine(secret: Uint8Array, [role, subject]: (typeof HOLDERS)[number], now: number): Promise<string> {
  const holder = {
    role,
    subject: subject === null ? null : parseSubject(subject),
    ...(role === 'PARTNER' && { name: DEMO_PARTNER }),
    ttlSeconds: TTL_HOURS * 3600,
  };
  const name = subject === null ? role : `${role} ${subject}`;
  return `${name.padEnd(25)} ${await issueToken(secret, holder, now)}`;
}
