import { getNamedType, isInputObjectType, isNonNullType, type GraphQLInputType } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSchema } from '../../src/graphql/schema.ts';
import { startServer, type Server } from '../../src/server.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { HASH_SECRET } from '../kit/events.ts';

/** The attacks of OWASP's GraphQL Cheat Sheet, and of graphql-cop, against the server as it runs in production. */
const db = aDatabase();
const api = anApi(db, { isProduction: true });
const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  api.send('/graphql', { method: 'POST', headers, body });
const ask = (query: string, variables?: unknown) => post(JSON.stringify({ query, variables }));
const times = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');

interface Refused {
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}
const codesOf = async (response: Response) =>
  ((await response.json()) as Refused).errors.map(({ extensions }) => extensions.code);

describe('overload', () => {
  it.each([
    ['of aliases', `{ ${times(101, (i) => `a${i}: __typename`)} }`, 'TOO_MANY_ALIASES'],
    [
      'of aliases of what costs',
      `{ ${times(31, (i) => `a${i}: merchant(id: "x") { grade { level } }`)} }`,
      'TOO_MANY_ALIASES',
    ],
    [
      'of directives that there are',
      `{ viewer { role ${times(9, () => '@skip(if: false)')} } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['of directives that there are not', `{ __typename ${times(400, (i) => `@d${i}`)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'of directives where each may be',
      `{ ${times(9, () => '... @skip(if: false) { __typename }')} }`,
      'TOO_MANY_DIRECTIVES',
    ],
    ['of the same field', `{ ${times(400, () => '__typename')} }`, 'TOO_MANY_ROOT_FIELDS'],
    ['of overlapping fields', `{ ${times(100, () => 'merchant(id: "x") { name }')} }`, 'TOO_MANY_ROOT_FIELDS'],
    ['of depth', `{ viewer ${times(600, () => '{ a')} ${times(600, () => '}')} }`, 'GRAPHQL_PARSE_FAILED'],
    [
      'of fragments that circle',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'of fragments that multiply',
      `{ ...F0 } ${times(12, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F12 on Query { viewer { role } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'of pages in pages',
      '{ buyer(id: "x") { orders(first: 100) { nodes { lines { product { reviews(first: 100) { nodes { stars } } } } } } } }',
      'QUERY_TOO_EXPENSIVE',
    ],
    ['of words', `{ ${times(1001, () => 'a')} }`, 'GRAPHQL_PARSE_FAILED'],
  ])('%s is refused, soon and in few words', async (_, query, code) => {
    await ask(query); // what is compiled on first use is no part of it
    const before = process.cpuUsage();
    const response = await ask(query);
    const text = await response.clone().text();
    const { user, system } = process.cpuUsage(before); // µs, of this test's own part too

    expect([response.status, await codesOf(response)]).toEqual([400, expect.arrayContaining([code])]);
    expect(text.length).toBeLessThan(3000);
    expect((user + system) / 1000).toBeLessThan(300); // 5 to 40 as a rule
  });

  it('of operations in one request is refused', async () => {
    expect((await post(`[${Array(50).fill('{"query":"{__typename}"}').join(',')}]`)).status).toBe(400);
  });
});

describe('the schema', () => {
  it.each(['{ __schema { types { name } } }', '{ __type(name: "Query") { fields { name } } }'])(
    'is not shown to anyone: %s',
    async (query) => expect((await ask(query)).status).toBe(401),
  );

  it.each([
    '{ merchantt { id } }',
    '{ merchant(externalID: "x") { id } }',
    '{ merchant(id: "x") { nam } }',
    'query ($a: Merchnt) { viewer { role } }',
  ])('is not given away by a mistake: %s', async (query) =>
    expect(await (await ask(query)).text()).not.toMatch(/did you mean/i),
  );
});

describe('another site', () => {
  it.each([
    ['by a form', 'application/x-www-form-urlencoded'],
    ['by a form of parts', 'multipart/form-data; boundary=x'],
    ['by plain text', 'text/plain'],
    ['by plain text that says it is more', 'text/plain; charset=application/json'],
    ['by no type', ''],
  ])('cannot change anything %s', async (_, type) => {
    const response = await post('{"query":"mutation { __typename }"}', { 'content-type': type });

    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });

  it('cannot ask by a link, nor change anything by one', async () => {
    expect((await api.send('/graphql?query={__typename}')).status).toBe(400);
    const preflighted = { headers: { 'apollo-require-preflight': '1' } };
    expect((await api.send('/graphql?query=mutation{__typename}', preflighted)).status).toBe(405);
  });
});

describe('mass assignment', () => {
  const STRANGE = ['id', 'role', 'actor', 'createdAt', 'recordedAt', 'isAdmin', 'merchantId_', 'status_'];

  it('is refused by every input of every mutation', async () => {
    const mutations = Object.values((await openSchema()).getMutationType()!.getFields());
    expect(mutations.length).toBeGreaterThan(9);
    const admin = `Bearer ${await api.tokenFor('ADMIN')}`;
    for (const { name, args } of mutations) {
      const type = args[0]!.type;
      const known = fieldsOf(type);
      const input = Object.fromEntries(STRANGE.filter((each) => !known.includes(each)).map((each) => [each, 'x']));
      const query = `mutation ($input: ${String(type)}) { ${name}(input: $input) { userErrors { code } } }`;
      const response = await post(JSON.stringify({ query, variables: { input } }), {
        ...JSON_TYPE,
        authorization: admin,
      });
      const { errors } = (await response.json()) as Refused;

      expect([name, response.status, errors.length > 0]).toEqual([name, 400, true]);
      expect(errors.map(({ message }) => message).join()).toMatch(/is not defined by type|was not provided/);
    }
  });
});

const fieldsOf = (type: GraphQLInputType): string[] => {
  const named = getNamedType(type);
  return isNonNullType(type) && isInputObjectType(named) ? Object.keys(named.getFields()) : [];
};

describe('JSON', () => {
  const ECHO = 'query ($ids: [String!]) { merchants(externalIds: $ids) { id } }';
  const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it.each([
    ['thousands deep', `{"query":${JSON.stringify(ECHO)},"variables":{"ids":${deep(30_000)}}}`, 400],
    ['21 deep', `{"query":${JSON.stringify(ECHO)},"variables":{"ids":${deep(21)}}}`, 400],
    ['deep where nobody looks', `{"query":"{__typename}","nobody":${deep(30_000)}}`, 400],
    ['that would be a prototype', `{"query":"{__typename}","variables":{"__proto__":{"role":"ADMIN"}}}`, 400],
    [
      'that would be a constructor',
      `{"query":"{__typename}","variables":{"constructor":{"prototype":{"role":"ADMIN"}}}}`,
      400,
    ],
    [
      'with a number beyond numbers',
      `{"query":"query ($n: Int) { merchantDirectory(first: $n) { nodes { id } } }","variables":{"n":1e400}}`,
      400,
    ],
    ['with half a character', `{"query":${JSON.stringify(ECHO)},"variables":{"ids":["\\ud800"]}}`, 200],
    [
      'with a character that Postgres cannot keep',
      `{"query":${JSON.stringify(ECHO)},"variables":{"ids":["\\u0000"]}}`,
      200,
    ],
    ['with the same key twice', '{"query":"{ nope }","query":"{ __typename }"}', 200],
    ['of more than 1.25 MB', JSON.stringify({ query: '#'.repeat(1_250_000) }), 413],
  ])('%s harms nobody', async (_, body, status) => {
    const response = await post(body);

    expect([response.status, await response.text()]).toEqual([
      status,
      expect.not.stringMatching(/INTERNAL|node_modules/),
    ]);
    expect(({} as { role?: unknown }).role).toBeUndefined();
  });

  it('with a text that Postgres cannot keep is refused, wherever that is found out', async () => {
    const input = { key: '\u0000', version: 1 };
    const query = 'mutation ($input: BacktestPolicyInput!) { backtestPolicy(input: $input) { userErrors { code } } }';
    const { errors, data } = await api.ask('ADMIN', query, { input });

    expect(errors?.map(({ extensions }) => extensions['code']) ?? data.backtestPolicy.userErrors).toEqual([
      'TEXT_INVALID',
    ]);
  });

  it('that is packed is not unpacked', async () => {
    const response = await post('\u001f\u008b', { ...JSON_TYPE, 'content-encoding': 'gzip' });

    expect(response.status).toBe(400);
  });
});

describe('the log', () => {
  const lines: string[] = [];
  let server: Server;
  beforeAll(async () => {
    const log = pino({ level: 'trace', base: null }, { write: (line: string) => void lines.push(line) });
    const secret = Buffer.alloc(32, 3);
    const settings = { isProduction: true, host: '127.0.0.1', port: 0, tokenSecret: secret, hashSecret: HASH_SECRET };
    server = await startServer(settings, db, log);
  });
  afterAll(() => server.stop());

  it('cannot be written by those who call', async () => {
    const evil = 'x\r\n{"level":60,"msg":"forged"}\n\u001b[31m\u2028';
    await db.pool.query('alter table merchant rename column name to label'); // so that there is something to log
    const send = (body: object, headers: Record<string, string> = {}) =>
      fetch(`${server.address}/graphql`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: JSON.stringify(body),
      });
    await send({ query: 'query ($id: String) { merchant(externalId: $id) { name } }', variables: { id: evil } });
    await send({ query: `query A { a: merchant(externalId: ${JSON.stringify(evil)}) { name } }`, operationName: evil });
    await send(
      { query: `{ viewer { role } } # ${evil}` },
      { 'user-agent': 'x {"msg":"forged"}', 'x-request-id': 'a"b' },
    );
    await fetch(`${server.address}/${encodeURIComponent(evil)}`);
    await db.pool.query('alter table merchant rename column label to name');

    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(['\u001b', '\r'].filter((each) => line.includes(each))).toEqual([]);
      expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' });
    }
  });
});
