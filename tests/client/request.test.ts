import { createClient, CredenceError, idempotencyKey, orThrow, type ClientSettings } from 'credence/client';
import { parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** What stands for the API: one answer after another, each a status or a failure; the last again and again. */
function anApiThat(...answers: readonly (number | Error | { status: number; body?: unknown; headers?: object })[]) {
  const seen: { headers: Record<string, string>; body: { query: string; variables?: unknown } }[] = [];
  const fake: typeof fetch = async (_url, { headers, body, signal } = {}) => {
    seen.push({ headers: headers as Record<string, string>, body: JSON.parse(body as string) as never });
    const next = answers[Math.min(seen.length, answers.length) - 1]!;
    if (next instanceof Error) throw next;
    signal?.throwIfAborted();
    const {
      status,
      body: text = { data: { it: status } },
      headers: own = {},
    } = typeof next === 'number' ? { status: next } : next;
    return new Response(typeof text === 'string' ? text : JSON.stringify(text), { status, headers: { ...own } });
  };
  const client = (more: Partial<ClientSettings> = {}) =>
    createClient({ url: 'http://credence.test', fetch: fake, ...more });
  return { client, seen };
}

const DOWN = new TypeError('fetch failed');
const BUSY = { status: 429, body: { errors: [{ message: 'Later.', extensions: { code: 'THROTTLED' } }] } };
const QUERY = '{ viewer { role } }';
const MUTATION = 'mutation ($input: RedeemPointsInput!) { redeemPoints(input: $input) { holdId } }';
const failureOf = (work: Promise<unknown>): Promise<CredenceError> =>
  work.then(
    () => expect.fail('it was answered'),
    (error: CredenceError) => error,
  );

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());
/** Lets all waiting be over. */
async function hurried<Result>(work: Promise<Result>): Promise<Result> {
  await Promise.all([work.catch(() => {}), vi.advanceTimersByTimeAsync(100_000)]);
  return work;
}

describe('a request that may be repeated', () => {
  it.each([
    ['the network fails', DOWN],
    ['the API is away', 503],
    ['a proxy has nobody behind it', { status: 502, body: '<html>Bad gateway</html>' }],
    ['it is throttled', BUSY],
  ])('is tried again when %s', async (_, first) => {
    const { client, seen } = anApiThat(first, first, 200);

    expect(await hurried(client().request(QUERY))).toEqual({ it: 200 });
    expect(seen).toHaveLength(3);
  });

  it('waits at least as long as it is told to', async () => {
    const { client, seen } = anApiThat({ ...BUSY, headers: { 'retry-after': '7' } }, 200);
    const answer = client().request(QUERY);
    await vi.advanceTimersByTimeAsync(6_999);
    expect(seen).toHaveLength(1);
    await hurried(answer);
    expect(seen).toHaveLength(2);
  });

  it('gives up after so many tries, and says why', async () => {
    const { client, seen } = anApiThat(DOWN);
    const error = await hurried(failureOf(client({ retries: 2 }).request(QUERY)));

    expect(seen).toHaveLength(3);
    expect(error).toMatchObject({ name: 'CredenceError', code: 'NETWORK', cause: DOWN, status: null });
  });

  it('does not wait for an hour: that is told instead', async () => {
    const { client, seen } = anApiThat({ ...BUSY, headers: { 'retry-after': '3600' } });
    const error = await failureOf(client().request(QUERY));

    expect(seen).toHaveLength(1);
    expect(error).toMatchObject({ code: 'THROTTLED', status: 429, retryAfterMs: 3_600_000 });
  });

  it('is a mutation with a key; the key stays the same', async () => {
    const { client, seen } = anApiThat(DOWN, 503, 200);
    const input = { idempotencyKey: idempotencyKey('redeem', 'o-1') };
    await hurried(client().request(MUTATION, { input }));

    expect(seen.map(({ body: { variables } }) => variables)).toEqual([{ input }, { input }, { input }]);
    expect(input.idempotencyKey).toBe('redeem/o-1');
  });

  it('is no mutation without one, unless its caller says so; but what was throttled was not begun', async () => {
    const failing = anApiThat(DOWN);
    expect((await failureOf(failing.client().request(MUTATION, { input: {} }))).code).toBe('NETWORK');
    expect(failing.seen).toHaveLength(1);

    const twice = anApiThat(503, 200);
    await hurried(twice.client().request(MUTATION, { input: {} }, { isRepeatable: true }));
    expect(twice.seen).toHaveLength(2);

    const busy = anApiThat(BUSY, 200);
    await hurried(busy.client().request(MUTATION, { input: {} }));
    expect(busy.seen).toHaveLength(2);
  });

  it('ends at once when its caller gives it up', async () => {
    const { client, seen } = anApiThat(DOWN);
    const controller = new AbortController();
    const failure = failureOf(client().request(QUERY, {}, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(0);
    controller.abort(new Error('enough'));

    expect((await failure).message).toBe('enough');
    expect(seen).toHaveLength(1);
  });
});

describe('a request', () => {
  it('tells who asks and what for', async () => {
    const { client, seen } = anApiThat(200);
    await client({ token: async () => 'fresh', purpose: 'DISPLAY' }).request(QUERY);
    await client({ apiKey: 'key', purpose: 'DISPLAY' }).request(QUERY, {}, { purpose: 'ONBOARDING' });
    await client().request(QUERY);

    expect(seen.map(({ headers }) => [headers['authorization'], headers['credence-purpose']])).toEqual([
      ['Bearer fresh', 'DISPLAY'],
      ['Bearer key', 'ONBOARDING'],
      [undefined, undefined],
    ]);
  });

  it('takes a parsed document, too', async () => {
    const { client, seen } = anApiThat(200);
    await client().request(parse('query Who { viewer { role } }'));

    expect(seen[0]?.body.query.replaceAll(/\s+/g, ' ')).toBe('query Who { viewer { role } }');
  });

  it('throws the first error, with all that was said', async () => {
    const errors = [
      { message: 'No.', path: ['a'], extensions: { code: 'CONSENT_MISSING', field: ['a'] } },
      { message: 'Nor this.', extensions: { code: 'B' } },
    ];
    const { client } = anApiThat({ status: 200, body: { data: { a: null, b: 1 }, errors } });
    const error = await failureOf(client().request(QUERY));

    expect(error).toBeInstanceOf(CredenceError);
    expect(error).toMatchObject({ code: 'CONSENT_MISSING', message: 'No.', field: ['a'], status: 200, data: { b: 1 } });
    expect(error.errors).toEqual(errors);
  });

  it.each([
    ['a page', { status: 200, body: '<html>Sign in to the network</html>' }],
    ['another API', { status: 404, body: { message: 'not here' } }],
    ['nothing', { status: 200, body: '' }],
  ])('that %s answers is an error', async (_, answer) => {
    expect(await failureOf(anApiThat(answer).client().request(QUERY))).toMatchObject({
      code: 'ANSWER_INVALID',
      status: answer.status,
    });
  });
});

describe('what a mutation refused', () => {
  it('is thrown, if that is asked for', () => {
    const refused = {
      holdId: null,
      userErrors: [{ code: 'NOT_ENOUGH_POINTS', message: 'Too few.', field: ['points'] }],
    };

    expect(() => orThrow(refused)).toThrow(
      expect.objectContaining({ code: 'NOT_ENOUGH_POINTS', message: 'Too few.', field: ['points'] }),
    );
    expect(orThrow({ holdId: 'h', userErrors: [] }).holdId).toBe('h');
  });
});

describe('an idempotency key', () => {
  it('is new each time, or made of what the call is about', () => {
    expect(idempotencyKey()).not.toBe(idempotencyKey());
    expect(idempotencyKey('capture', 7)).toBe('capture/7');
    expect(() => idempotencyKey('x'.repeat(256))).toThrow(CredenceError);
  });
});
