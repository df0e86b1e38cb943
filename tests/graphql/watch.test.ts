import { describe, expect, it, vi } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';

const db = aDatabase();
const { send, ask, logged, tokenFor } = anApi(db, { clock: () => NOW });
const post = (body: unknown, headers: Record<string, string> = {}) =>
  send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
/** It is told after the answer is sent. */
const lineOf = (requestId: string | null): Promise<Record<string, unknown>> =>
  vi.waitUntil(() => logged.find((line) => line['requestId'] === requestId && line['msg'] === 'request'));
const idOf = (response: Response): string => response.headers.get('x-request-id')!;
const QUERY = 'query Shop($id: String!) { merchant(externalId: $id) { id } }';

describe('each request', () => {
  it('is one line of the log, with what it was and what became of it', async () => {
    const before = logged.length;
    const response = await post({ query: QUERY, operationName: 'Shop', variables: { id: 'm-secret' } });
    const line = await lineOf(idOf(response));

    expect(line).toMatchObject({
      method: 'POST',
      route: '/graphql',
      status: 200,
      kind: 'query',
      operation: 'Shop',
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      role: 'PUBLIC',
      ms: expect.any(Number),
      cost: expect.any(Number),
    });
    expect(logged).toHaveLength(before + 1);
    expect(JSON.stringify(line)).not.toContain('m-secret');
  });

  it('keeps the id that it came with, where that is one, and bears another otherwise', async () => {
    expect(idOf(await post({ query: '{ __typename }' }, { 'x-request-id': 'shop-42.a_b' }))).toBe('shop-42.a_b');
    for (const odd of ['short', 'x'.repeat(65), 'white space', '<script>1234', 'a"b"c"d"e"', '../../etc/passwd']) {
      const id = idOf(await post({ query: '{ __typename }' }, { 'x-request-id': odd }));
      expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
  });

  it('bears an id also when it was refused before GraphQL saw it', async () => {
    for (const response of [
      await post('{'),
      await send('/nowhere'),
      await post('x', { 'content-type': 'text/plain' }),
    ]) {
      const line = await lineOf(idOf(response));
      expect(line['status']).toBe(response.status);
      expect(line).not.toHaveProperty('kind');
    }
  });

  it('tells why it was refused, and leads to what failed', async () => {
    const refused = await lineOf(idOf(await post({ query: '{ auditTrail { nodes { id } } }' })));
    expect(refused).toMatchObject({ codes: ['UNAUTHENTICATED'], role: 'PUBLIC' });

    await db.pool.query('alter table merchant rename column name to label');
    const failing = await post({ query: QUERY, variables: { id: 'm-1' } });
    await db.pool.query('alter table merchant rename column label to name');
    const { errors } = (await failing.json()) as { errors: { extensions: { incident: string } }[] };
    const { incident } = errors[0]!.extensions;
    expect(await lineOf(idOf(failing))).toMatchObject({ codes: ['INTERNAL'], incidents: [incident] });
    expect(logged.find((line) => line['incident'] === incident)).toBeDefined();
  });

  it('leaves no token, variable or name of its own in the log, wherever it stood', async () => {
    const token = await tokenFor('ADMIN');
    const hidden = 'hush-hush-hush';
    const responses = [
      await post({ query: QUERY, variables: { id: hidden } }, { authorization: `Bearer ${token}`, cookie: hidden }),
      await post({ query: QUERY, variables: { id: { a: hidden } } }, { 'x-api-key': hidden }),
      await post({ query: `{ merchant(externalId: "${hidden}") { nothing } }` }, { authorization: `Bearer ${hidden}` }),
      await post({ query: `query { ${token} }`, operationName: hidden }),
      await send(`/${hidden}?token=${token}`),
      await send(`/graphql?query={__typename}&operationName=${hidden}`, {
        headers: { 'apollo-require-preflight': '1' },
      }),
    ];
    for (const response of responses) await lineOf(idOf(response));

    expect(JSON.stringify(logged)).not.toContain(hidden);
    expect(JSON.stringify(logged)).not.toContain(token);
  });

  it('cannot write lines of its own by the name of its operation', async () => {
    const before = logged.length;
    const response = await post({ query: 'query A { __typename }', operationName: 'A\n{"level":60,"msg":"pwned"}' });
    const line = await lineOf(idOf(response));

    expect(line).not.toHaveProperty('operation', expect.stringContaining('pwned'));
    expect(logged).toHaveLength(before + 1);
  });

  it('names its operation shortly, however long its name is', async () => {
    const response = await post({ query: `query ${'A'.repeat(5000)} { __typename }` });

    expect(String((await lineOf(idOf(response)))['operation'])).toHaveLength(100);
  });

  it('is told in the audit log by the same id', async () => {
    const { headers } = await ask(['BUYER', 'buyer:b-1'], '{ auditTrail { nodes { id } } }');
    const found = async () =>
      (await db.pool.query('select from audit_event where request_id = $1', [headers.get('x-request-id')])).rowCount;

    await expect.poll(found).toBe(1);
  });
});
