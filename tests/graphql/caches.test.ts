import { beforeAll, describe, expect, it } from 'vitest';
import { anApi, type Api } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';

const db = aDatabase();
const api = anApi(db, { clock: () => NOW });
const keeping = anApi(db, { clock: () => NOW, cacheSeconds: 60 });
const SHOP = '{ merchant(externalId: "m-1") { name } }';
const rename = (name: string) =>
  takeEvents(db, [anEvent('merchant.registered', daysAgo(1), { externalId: 'm-1', name }, `rename ${name}`)]);

beforeAll(() => rename('Tea'));

const get = (on: Api, query: string, headers: Record<string, string> = {}) =>
  on.send(`/graphql?${new URLSearchParams({ query }).toString()}`, {
    headers: { 'apollo-require-preflight': '1', ...headers },
  });

describe('an answer to a GET', () => {
  // Twice each: the first time it comes from Apollo, and later from the lane of known queries.
  it.each(['Apollo', 'the lane', 'the lane'])(
    'of anyone may be kept, and is asked about each time: from %s',
    async () => {
      const response = await get(api, SHOP);

      expect(response.headers.get('cache-control')).toBe('public, no-cache');
      expect(response.headers.get('vary')).toContain('accept');
      expect(response.headers.has('ratelimit')).toBe(false);
      expect(await response.json()).toEqual({ data: { merchant: { name: 'Tea' } } });
      const again = await get(api, SHOP, { 'if-none-match': `"other", W/${response.headers.get('etag')}` });
      expect([again.status, await again.text()]).toEqual([304, '']);
    },
  );

  it('is given anew as soon as it is another', async () => {
    const before = (await get(api, SHOP)).headers.get('etag')!;
    await rename('Tea & Söhne');
    const after = await get(api, SHOP, { 'if-none-match': before });

    expect(after.status).toBe(200);
    expect(await after.json()).toEqual({ data: { merchant: { name: 'Tea & Söhne' } } });
  });

  it('may be given without asking for as long as is set', async () => {
    expect((await get(keeping, SHOP)).headers.get('cache-control')).toBe('public, max-age=60');
  });

  it.each([
    ['of somebody', SHOP, 'ADMIN'],
    ['that tells of the caller', '{ rateLimit { remaining } }', null],
    ['that tells of the caller in a fragment', 'query { ...F } fragment F on Query { me: viewer { role } }', null],
    ['with an error', '{ merchant { name } }', null],
  ] as const)('%s is kept by nobody', async (_, query, role) => {
    for (let time = 0; time < 3; time++) {
      const authorization = role && `Bearer ${await keeping.tokenFor(role)}`;
      const response = await get(keeping, query, authorization ? { authorization } : {});
      expect(response.headers.get('cache-control')).toBe('private, no-store');
      expect(response.headers.has('etag')).toBe(false);
    }
  });

  it('that browsers did not ask leave for is refused, known or not', async () => {
    for (let time = 0; time < 3; time++) await get(api, SHOP);
    const response = await api.send(`/graphql?${new URLSearchParams({ query: SHOP }).toString()}`);

    expect(response.status).toBe(400);
  });
});
