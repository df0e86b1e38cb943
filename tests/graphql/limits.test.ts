import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';

const { ask, send } = anApi(aDatabase());
const many = (count: number, text: (i: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, i) => text(i)).join(between);

/** Fields within fields, by a circle that the schema has. */
const nested = (depth: number): string => {
  const [open, close] = ['buyer { orders { nodes { ', '} } } '];
  const circles = Math.floor((depth - 4) / 3);
  return `{ buyer(externalId: "b") { orders { nodes { ${open.repeat(circles)} id ${close.repeat(circles)} } } } }`;
};

describe('a query that is too much', () => {
  it.each([
    ['of 31 aliases', `{ ${many(31, (i) => `a${i}: __typename`)} }`, 'TOO_MANY_ALIASES'],
    [
      'of aliases in fragments',
      `{ ${many(8, (i) => `b${i}: viewer { ...F }`)} } fragment F on Viewer { ${many(3, (i) => `a${i}: role`)} }`,
      'TOO_MANY_ALIASES',
    ],
    ['of fields 13 deep', nested(13), 'QUERY_TOO_DEEP'],
    ['of 31 fields side by side', `{ ${many(31, () => 'viewer { role }')} }`, 'TOO_MANY_ROOT_FIELDS'],
    ['of 9 directives', `{ ${many(9, (i) => `... @include(if: true) { f${i}: __typename }`)} }`, 'TOO_MANY_DIRECTIVES'],
    ['of 1,001 tokens', `{ ${many(999, () => '__typename')} }`, 'GRAPHQL_PARSE_FAILED'],
    [
      'of circling fragments',
      '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('%s is refused with one clear error', async (_, query, code) => {
    const { status, errors, data } = await ask('ADMIN', query);

    expect([status, data]).toEqual([400, undefined]);
    expect(errors?.map(({ extensions }) => extensions['code'])).toContain(code);
    expect(errors!.length).toBeLessThanOrEqual(6);
  });

  it.each([
    ['of 30 aliases', `{ ${many(30, (i) => `a${i}: __typename`)} }`],
    ['of fields 10 deep', nested(10)],
  ])('%s is not, just below', async (_, query) => {
    expect(await ask('ADMIN', query)).toMatchObject({ status: 200, errors: undefined });
  });

  it('of many mistakes is answered with few errors', async () => {
    const { errors } = await ask(null, `{ ${many(600, (i) => `nope${i}`)} }`);

    expect(errors!.length).toBeLessThan(10);
  });

  it('of many queries at once is refused', async () => {
    const response = await send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `[${many(50, () => '{"query":"{__typename}"}', ',')}]`,
    });
    expect(response.status).toBe(400);
  });
});

describe('the schema', () => {
  it('is shown to tools, deep as they ask', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const { data, errors } = await ask(null, getIntrospectionQuery());

    expect(errors).toBeUndefined();
    expect(data.__schema.queryType.name).toBe('Query');
  });

  it('is not given away by guesses', async () => {
    const { errors } = await ask(null, '{ merchnt { id } }');

    expect(errors?.[0]?.message).toBe('Cannot query field "merchnt" on type "Query".');
  });
});

describe('in production the schema', () => {
  const production = anApi(aDatabase(), { isProduction: true });

  it.each([
    '{ __schema { types { name } } }',
    '{ _service { sdl } }',
    '{ a: __type(name: "Buyer") { name } }',
    '{ ...F } fragment F on Query { __schema { types { name } } }',
  ])('is not shown to those without a token: %s', async (query) => {
    const { status, data, errors } = await production.ask(null, query);
    expect([status, data ?? null]).toEqual([401, null]);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('is shown to those with one', async () => {
    expect((await production.ask('PARTNER', '{ __schema { queryType { name } } }')).data).toBeTruthy();
  });

  it('does not keep anyone from asking for data', async () => {
    expect((await production.ask(null, '{ __typename viewer { role } }')).errors).toBeUndefined();
  });
});
