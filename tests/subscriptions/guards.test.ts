import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_MESSAGE_BYTES } from '../../src/graphql/subscriptions/sockets.ts';
import { DEFAULT_ALLOWANCES } from '../../src/kernel/allowance.ts';
import { someMerchants, type AMerchant } from '../disclosure/kit.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { NOW } from '../kit/events.ts';
import {
  aPolicy,
  bearerOf,
  byEvents,
  bySocket,
  change,
  clientOf,
  CHANGED,
  followers,
  over,
  socketUrl,
  told,
} from './kit.ts';
import type { Follows, Heard, Opening } from './kit.ts';

const db = aDatabase();
const policy = aPolicy(db);
let now = NOW;
const LITTLE = { maximum: 13, restoreRate: 1 };
const KNOWN = 'subscription Known { gradeChanged { after { level } } }';
const api = anApi(db, {
  clock: () => now,
  maxSubscriptionsOfACaller: 2,
  recheckMs: 100,
  budgets: { ...DEFAULT_ALLOWANCES, MODERATOR: LITTLE, AUDITOR: LITTLE },
  documents: new Map([['known', KNOWN]]),
  corsOrigins: ['https://shop.example'],
});
let merchants: readonly AMerchant[];
beforeAll(async () => {
  merchants = await someMerchants(db, 1);
});
const all: Heard[] = [];
afterEach(async () => {
  for (const heard of all.splice(0)) heard.stop();
  await followers(db, 0);
  now = NOW;
});

function open(follow: Follows, opening: Opening): Heard {
  const heard = follow(api.server.address, opening);
  all.push(heard);
  return heard;
}
const PLATFORM = () => bearerOf(api, 'PLATFORM');

describe('a WebSocket', () => {
  it('is opened under the token of its connection_init, as browsers send it', async () => {
    const heard = open(bySocket, { params: await bearerOf(api, 'PLATFORM') });
    await followers(db, 1);
    await change(db, policy, [merchants[0]!]);
    await told(heard, 1);

    expect(heard.events).toHaveLength(1);
  });

  it.each([
    ['a token that is none', { authorization: 'Bearer nonsense' }, [4401, 'UNAUTHENTICATED']],
    ['a key that is none', { 'x-api-key': 'crd_nonsense' }, [4401, 'UNAUTHENTICATED']],
    ['a token and a key', { authorization: 'Bearer a.b.c', 'x-api-key': 'crd_a' }, [4401, 'CREDENTIALS_AMBIGUOUS']],
  ])('is closed to %s', async (_, params, closed) => {
    const heard = open(bySocket, { params });
    await over(heard);

    expect(heard.closed).toEqual(closed);
  });

  it('is refused to pages of other sites, but for those that may call', async () => {
    const statusFrom = async (origin: string) => {
      const socket = new WebSocket(socketUrl(api.server.address), 'graphql-transport-ws', { origin });
      const status = await Promise.race([
        once(socket, 'open').then(() => 101),
        once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number),
      ]);
      socket.on('error', () => {}).terminate();
      return status;
    };

    expect(await statusFrom('https://shop.example')).toBe(101);
    expect(await statusFrom(api.server.address)).toBe(101);
    expect(await statusFrom('https://evil.example')).toBe(403);
  });

  it.each([
    [
      'more than a message may have',
      JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(MAX_MESSAGE_BYTES) } }),
      1009,
    ],
    ['what is no JSON', '{', 4400],
    [
      'a subscription before the beginning',
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: CHANGED } }),
      4401,
    ],
    ['bytes', Buffer.from('{}'), 4400],
  ])('is closed when it is sent %s', async (_, message, code) => {
    const socket = new WebSocket(socketUrl(api.server.address), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(message);
    const [closed] = (await once(socket, 'close')) as [number];

    expect(closed).toBe(code);
  });

  it('is there at the endpoint alone, and by its protocol', async () => {
    const elsewhere = new WebSocket(socketUrl(api.server.address).replace('/graphql', '/'), 'graphql-transport-ws');
    const [, { statusCode }] = (await once(elsewhere, 'unexpected-response')) as [unknown, { statusCode: number }];
    const other = new WebSocket(socketUrl(api.server.address), 'graphql-ws');
    const [error] = (await once(other, 'error')) as [Error];

    expect([statusCode, error.message]).toEqual([404, 'Server sent no subprotocol']);
  });

  it('ends when its token expires, though nothing happens', async () => {
    const heard = open(bySocket, { headers: await bearerOf(api, 'PLATFORM', 60) });
    await followers(db, 1);
    now += 61_000;
    await over(heard);

    expect(heard.closed).toEqual([4401, 'TOKEN_EXPIRED']);
  });
});

const THIRTY_ONE = Array.from({ length: 31 }, (_, i) => `a${i}`);
const HISTORIES = THIRTY_ONE.slice(1).map(
  (name) => `${name}: gradeHistory(from: "2016-01-01", to: "2026-01-01") { date }`,
);
const REFUSED: Readonly<Record<string, readonly [query: string, code: string]>> = {
  'a query': ['{ viewer { role } }', 'SUBSCRIPTIONS_ONLY'],
  'a mutation': ['mutation { ingestEvents(input: { events: [] }) { accepted } }', 'SUBSCRIPTIONS_ONLY'],
  'no document': ['subscription {', 'GRAPHQL_PARSE_FAILED'],
  'an unknown field': ['subscription { gradeChanged { nonsense } }', 'GRAPHQL_VALIDATION_FAILED'],
  introspection: ['subscription { __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
  'two fields': [
    'subscription { a: gradeChanged { after { level } } b: gradeChanged { after { level } } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  'a field left out': ['subscription { gradeChanged @skip(if: true) { after { level } } }', 'DIRECTIVE_FORBIDDEN'],
  'too many tokens': [`subscription { gradeChanged { ${'after { level } '.repeat(300)} } }`, 'GRAPHQL_PARSE_FAILED'],
  'too many aliases': [
    `subscription { gradeChanged { ${THIRTY_ONE.map((name) => `${name}: after { level }`).join(' ')} } }`,
    'TOO_MANY_ALIASES',
  ],
  'too dear': [
    `subscription { gradeChanged { subject { ... on Merchant { ${HISTORIES.join(' ')} } } } }`,
    'QUERY_TOO_EXPENSIVE',
  ],
  'wrong variables': [
    'subscription ($ids: [ID!]!) { gradeChanged(subjectIds: $ids) { after { level } } }',
    'BAD_USER_INPUT',
  ],
};

describe.each([
  ['WebSocket', bySocket],
  ['server-sent events', byEvents],
] as const)('by %s', (_, follow) => {
  /** Over one socket, or by a request each. */
  const opener = (opening: Opening) => {
    const client = clientOf(api.server.address, opening);
    return (more: Opening = {}) => open((address, asked) => follow(address, asked, client), { ...opening, ...more });
  };
  const errorOf = async (heard: Heard) => {
    await over(heard);
    return follow === bySocket ? heard.codes[0] : heard.closed;
  };

  it('what is no good subscription is refused', async () => {
    const ask = opener({ headers: await PLATFORM() });
    const found = await Promise.all(
      Object.entries(REFUSED).map(
        async ([what, [query, code]]) => [what, await errorOf(ask({ query })), code] as const,
      ),
    );

    expect(found.map(([what, found]) => [what, found])).toEqual(
      found.map(([what, , code]) => [what, follow === bySocket ? code : 400]),
    );
  });

  it('no more are opened than a caller may have', async () => {
    const ask = opener({ headers: await PLATFORM() });
    const opened = [ask(), ask()];
    await followers(db, 2);
    const third = await errorOf(ask());
    for (const heard of opened) heard.stop();
    await followers(db, 0);
    ask();
    await followers(db, 1);

    expect(third).toBe(follow === bySocket ? 'TOO_MANY_SUBSCRIPTIONS' : 409);
  });

  it('each event costs what it gives, and who has nothing left is sent away', async () => {
    const heard = open(follow, { headers: await bearerOf(api, follow === bySocket ? 'MODERATOR' : 'AUDITOR') });
    await followers(db, 1);
    await change(
      db,
      policy,
      Array.from({ length: 5 }, () => merchants[0]!),
    );
    await over(heard);

    expect([heard.events.length, heard.codes]).toEqual([2, ['THROTTLED']]); // 4 points each, and 4 for opening it
  });
});

describe('server-sent events', () => {
  const post = async (body: unknown, headers: Record<string, string> = {}) =>
    api.send('/graphql/stream', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const codeIn = async (response: Response) =>
    ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code;

  it('are opened by the id of a known document', async () => {
    const response = await post({ documentId: 'known' }, await PLATFORM());
    await followers(db, 1);
    await change(db, policy, [merchants[0]!]);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('event: next')) text += (await reader.read()).value;
    await reader.cancel();

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(text).toBe(':\n\nevent: next\ndata: {"data":{"gradeChanged":{"after":{"level":"B"}}}}\n\n');
  });

  it.each([
    [401, 'UNAUTHENTICATED', { query: CHANGED }, {}],
    [401, 'UNAUTHENTICATED', { query: CHANGED }, { authorization: 'Bearer nonsense' }],
    [406, 'NOT_ACCEPTABLE', { query: CHANGED }, { accept: 'application/json' }],
    [400, 'BAD_REQUEST', [], {}],
    [400, 'BAD_REQUEST', { query: 1 }, {}],
    [400, 'BAD_REQUEST', { query: CHANGED, variables: [] }, {}],
    [400, 'PERSISTED_DOCUMENT_NOT_FOUND', { documentId: 'nonsense' }, {}],
    [413, 'BODY_TOO_LARGE', { query: `# ${'x'.repeat(MAX_MESSAGE_BYTES)}` }, {}],
    [415, 'MEDIA_TYPE_UNSUPPORTED', '{}', { 'content-type': 'text/html' }],
  ])('are refused by %i %s', async (status, code, body, headers: Record<string, string>) => {
    const response = await post(body, headers);

    expect([response.status, await codeIn(response)]).toEqual([status, code]);
  });
});

it('A subscription sent to the HTTP endpoint is told where to go', async () => {
  const { status, errors } = await api.ask('PLATFORM', CHANGED);

  expect([status, errors![0]!.extensions['code'], errors![0]!.message]).toEqual([
    400,
    'SUBSCRIPTION_BY_HTTP',
    'Subscriptions are read by WebSocket at /graphql, or as server-sent events from /graphql/stream.',
  ]);
});

it('A second subscription goes over the same socket', async () => {
  const opening = { headers: await PLATFORM() };
  const client = clientOf(api.server.address, opening);
  const [first, second] = [
    bySocket(api.server.address, opening, client),
    bySocket(api.server.address, opening, client),
  ];
  all.push(first, second);
  await followers(db, 2);
  first.stop();
  await followers(db, 1);
  await change(db, policy, [merchants[0]!]);
  await told(second, 1);

  expect([first.events.length, second.events.length]).toEqual([0, 1]);
});
