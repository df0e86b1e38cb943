import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const SHOP = 'https://shop.example';
const closed = anApi(db);
const open = anApi(db, { corsOrigins: [SHOP] });

const preflight = (api: typeof open, origin: string) =>
  api.send('/graphql', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  });
const ask = (api: typeof open, origin: string) =>
  api.send('/graphql', {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: '{"query":"{__typename}"}',
  });

describe('a page of another site', () => {
  it('may call where it is on the list, and read what it has left', async () => {
    const { headers } = await preflight(open, SHOP);
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.get('access-control-allow-credentials')).toBeNull();

    const answer = await ask(open, SHOP);
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(answer.headers.get('access-control-expose-headers')).toContain('ratelimit');
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it.each([
    ['is not on the list', open, 'https://shop.example.evil.test'],
    ['is on it by another scheme', open, 'http://shop.example'],
    ['is none', open, 'null'],
    ['is there where there is no list', closed, SHOP],
  ])('may not where it %s', async (_, api, origin) => {
    expect((await preflight(api, origin)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await ask(api, origin)).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('every answer', () => {
  it.each([
    ['of GraphQL', () => ask(open, SHOP)],
    ['that there is nothing', () => open.send('/nowhere')],
    ['of health', () => open.send('/health/live')],
    [
      'to what is no JSON',
      () => open.send('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }),
    ],
  ])('%s tells browsers to make nothing else of it', async (_, send) => {
    const { headers } = await send();

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/) as unknown,
    });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });
});
