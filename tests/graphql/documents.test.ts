import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../src/kernel/manifest.ts';
import { anApi, type Api } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const WHO = 'query Who { viewer { role } }';
const SHOP = 'query Shop($id: String!) { merchant(externalId: $id) { id } }';
const documents = readManifest(JSON.stringify({ who: WHO, shop: SHOP }));
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const open = anApi(db, { documents });
const closed = anApi(db, { documents, isSafelisted: true });

async function post(api: Api, body: object, headers: Record<string, string> = {}) {
  const response = await api.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as { data?: unknown; errors?: unknown }) };
}

const get = (api: Api, query: Record<string, string>) =>
  api.send(`/graphql?${new URLSearchParams(query).toString()}`, { headers: { 'apollo-require-preflight': '1' } });

const PUBLIC = { viewer: { role: 'PUBLIC' } };

describe('a document that is known', () => {
  it.each([
    ['its name', { documentId: 'who' }],
    ['its hash', { documentId: hashOf(WHO) }],
    ['its hash, as the specification writes it', { documentId: `sha256:${hashOf(WHO)}` }],
    ["Apollo's extension", { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(WHO) } } }],
  ])('is run by %s', async (_, body) => {
    expect(await post(open, body)).toMatchObject({ status: 200, data: PUBLIC });
    expect(await post(closed, body)).toMatchObject({ status: 200, data: PUBLIC });
  });

  it('is run with variables', async () => {
    expect(await post(closed, { documentId: 'shop', variables: { id: 'm-1' } })).toMatchObject({
      status: 200,
      data: { merchant: null },
    });
  });

  it('is run by GET, so that what lies between may keep the answer', async () => {
    const response = await get(closed, { documentId: 'shop', variables: '{"id":"m-1"}' });

    expect([response.status, await response.json()]).toMatchObject([200, { data: { merchant: null } }]);
  });

  it('is run by its text', async () => {
    expect(await post(closed, { query: WHO })).toMatchObject({ status: 200, data: PUBLIC });
  });
});

describe('a document that is not known', () => {
  it('has no id', async () => {
    expect(await post(open, { documentId: hashOf('{ viewer { role } }') })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'PERSISTED_DOCUMENT_NOT_FOUND' } }],
    });
    expect((await get(open, { documentId: 'nope' })).status).toBe(400);
  });

  it('cannot be made known by whoever asks: automatic persisted queries are off', async () => {
    const query = '{ viewer { role subject { id } } }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    await post(open, { query, extensions });

    expect(await post(open, { extensions })).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    });
  });

  it.each(['{ viewer { role } }', '{ merchnt }', '{', '{ __schema { types { name } } }', `${WHO} `])(
    'is not run without a token where there is a safelist, nor even read: %s',
    async (query) => {
      const { status, errors } = await post(closed, { query });

      expect([status, errors]).toMatchObject([400, [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }]]);
      expect((await get(closed, { query })).status).toBe(400);
    },
  );

  it('is run for those with a token', async () => {
    const authorization = `Bearer ${await closed.tokenFor('PARTNER')}`;

    expect(await post(closed, { query: '{ viewer { role } }' }, { authorization })).toMatchObject({ status: 200 });
  });

  it.each([[{ documentId: 'who', query: WHO }], [{ documentId: 7 }], [{ documentId: { $ne: '' } }]])(
    'is not found by a muddle: %o',
    async (body) => {
      expect(await post(open, body)).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'DOCUMENT_ID_INVALID' } }],
      });
    },
  );
});

describe('a manifest', () => {
  it("may be Apollo's", () => {
    const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: 'a', body: WHO }] };

    expect(readManifest(JSON.stringify(manifest)).get('a')).toBe(WHO);
  });

  it.each(['[]', '{"a":""}', '{"a":7}', '{"operations":[{"id":"a"}]}', '{"operations":["a"]}', 'x'])(
    'is refused when it is none: %s',
    (text) => {
      expect(() => readManifest(text)).toThrow();
    },
  );
});
