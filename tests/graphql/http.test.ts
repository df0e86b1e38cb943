import net from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';

const db = aDatabase();
const api = anApi(db);
const { ask, send, logged } = api;
const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  send('/graphql', { method: 'POST', headers, body });
const errorsOf = async (response: Response) =>
  ((await response.json()) as { errors: { message: string; extensions: { code: string } }[] }).errors;

describe('a request that is none of GraphQL', () => {
  it.each([
    ['no JSON', '{', undefined, 400, 'BAD_REQUEST'],
    ['nothing', '', undefined, 400, 'BAD_REQUEST'],
    [
      'a form',
      'query={__typename}',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ],
    ['plain text', '{"query":"{__typename}"}', { 'content-type': 'text/plain' }, 400, 'BAD_REQUEST'],
    ['a prototype', '{"__proto__":{"query":"x"}}', undefined, 400, 'BAD_REQUEST'],
    ['more than 1.25 MB', JSON.stringify({ query: 'x'.repeat(1_250_000) }), undefined, 413, 'BODY_TOO_LARGE'],
    ['no query', '{}', undefined, 400, 'BAD_REQUEST'],
  ] as const)('but %s is answered in its shape', async (_, body, headers, status, code) => {
    const response = await post(body, headers);

    expect(response.status).toBe(status);
    expect(await errorsOf(response)).toMatchObject([{ message: expect.stringMatching(/\w/), extensions: { code } }]);
  });

  it('but to another address is told where GraphQL is', async () => {
    const response = await send('/graphqll');

    expect(response.status).toBe(404);
    expect((await errorsOf(response))[0]).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
  });

  it('but that names an operation that is not there is told so', async () => {
    const response = await post('{"query":"query A { __typename }","operationName":"B"}');

    expect(response.status).toBe(400);
    expect((await errorsOf(response))[0]!.message).toContain('"B"');
  });

  it('but a link from another site is not followed', async () => {
    expect((await send('/graphql?query={__typename}')).status).toBe(400);
  });

  it('but a mutation by GET is refused', async () => {
    const response = await send('/graphql?query=mutation{__typename}', {
      headers: { 'apollo-require-preflight': '1' },
    });

    expect(response.status).toBe(405);
  });

  it('but with a Host header that is none breaks nothing', async () => {
    const answer = await raw(
      'POST /graphql HTTP/1.1\r\nHost: a b\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
    );

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('is answered without a word of our inside', async () => {
    const answers = await Promise.all(['{', '[]', '{"query":1}', '{"query":"{"}', 'null'].map((body) => post(body)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));

    expect(texts.filter((text) => /node_modules|\bat \w+ \(|stack/.test(text))).toEqual([]);
  });
});

describe('a failure of ours', () => {
  it('is shown as a number under which it is logged once, and nothing else of it', async () => {
    await db.pool.query('alter table merchant rename column name to label');
    const { status, data, errors } = await ask(
      null,
      '{ one: merchant(externalId: "m-1") { id } two: merchant(externalId: "m-2") { id } }',
    );
    await db.pool.query('alter table merchant rename column label to name');

    expect([status, data]).toEqual([200, { one: null, two: null }]);
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }, { extensions: { code: 'INTERNAL' } }]);
    expect(JSON.stringify(errors)).not.toMatch(/select|"name|does not exist|node_modules/);
    const incidents = new Set(errors!.map(({ extensions }) => extensions['incident']));
    expect(incidents.size).toBe(1);
    expect(logged.filter(({ incident }) => incidents.has(incident))).toHaveLength(1);
    expect(String(logged.find(({ incident }) => incidents.has(incident))!['err'])).toContain(
      'column "name" does not exist',
    );
  });
});

describe('a database that goes away', () => {
  it('is told as 503, and that it is worth trying again', async () => {
    const holder = await db.pool.connect();
    await holder.query('begin; lock table merchant in access exclusive mode');
    const asked = ask(null, '{ merchant(externalId: "m-1") { id } }');
    await vi.waitUntil(async () => {
      const { rowCount } = await db.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      return rowCount === 1;
    });
    const { status, headers, errors } = await asked;
    await holder.query('rollback');
    holder.release();

    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(errors).toMatchObject([{ extensions: { code: 'DATABASE_UNAVAILABLE', kind: 'UNAVAILABLE' } }]);
    expect((await ask(null, '{ merchant(externalId: "m-1") { id } }')).status).toBe(200);
  });
});

describe('health', () => {
  it('is told to whoever watches', async () => {
    expect(await (await send('/health/live')).json()).toEqual({ status: 'live' });
    const ready = await send('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });
});

describe('a browser', () => {
  const page = () => send('/graphql', { headers: { accept: 'text/html,application/xhtml+xml' } });

  it('gets GraphiQL, and all that it needs from here', async () => {
    const response = await page();
    const html = await response.text();
    const needs = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, url]) => url!)
      .filter((url) => url !== 'data:,');

    expect(response.headers.get('content-type')).toContain('text/html');
    expect(needs).toHaveLength(4);
    const files = await Promise.all(needs.map((url) => send(url)));
    expect(files.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(files.every(({ headers }) => headers.get('cache-control')?.includes('immutable'))).toBe(true);
    const sizes = await Promise.all(files.map(async (file) => (await file.text()).length));
    expect(Math.min(...sizes)).toBeGreaterThan(5000);
  });

  it('is told to load nothing from anywhere else', async () => {
    const response = await page();
    const policy = response.headers.get('content-security-policy')!;

    expect(policy).toContain("default-src 'none'");
    expect(`${policy} ${await response.text()}`).not.toMatch(/https?:\/\//);
  });
});

/** One request, byte by byte. */
function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(api.server.address);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(Number(port), hostname, () => socket.end(request));
    socket
      .on('data', (chunk) => (answer += String(chunk)))
      .on('end', () => resolve(answer))
      .on('error', reject);
  });
}
