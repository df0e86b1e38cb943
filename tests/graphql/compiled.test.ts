import { beforeAll, describe, expect, it } from 'vitest';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, NOW, takeEvents } from '../kit/events.ts';
import { orders } from '../grades/fixtures.ts';

const db = aDatabase();
const clock = () => NOW;
const compiled = anApi(db, { clock, compileFrom: 1 });
const interpreted = anApi(db, { clock, compileFrom: Number.POSITIVE_INFINITY });

beforeAll(() =>
  takeEvents(db, [
    anEvent('merchant.registered', daysAgo(90), { externalId: 'm-1', name: 'Tea & Söhne' }),
    anEvent('product.listed', daysAgo(80), { externalId: 'p-1', merchant: 'm-1' }),
    ...orders('m-1', 40),
  ]),
);

const STOREFRONT =
  '{ merchants(externalIds: ["m-1", "none"]) { name grade { level score } rating { average count } } }';

/** One of each sort of thing that a query may be made of. */
const QUERIES: readonly (readonly [what: string, asker: Asker, query: string, variables?: Record<string, unknown>])[] =
  [
    ['a batch', null, STOREFRONT],
    [
      'a grade with all its reasons',
      'ADMIN',
      '{ merchant(externalId: "m-1") { grade { level exactScore interval { low high } factors { kind label points } reasons { code text(locale: "zh-CN") without { level score } } next { level suggestion } policy { key version } asOf } } }',
    ],
    [
      'pages, with cursors',
      null,
      '{ merchant(externalId: "m-1") { reviews(first: 3) { edges { cursor node { stars status occurredAt } } pageInfo { hasNextPage endCursor } } } }',
    ],
    [
      'fragments and aliases',
      null,
      'query Q { a: merchant(externalId: "m-1") { ...F } b: merchant(externalId: "m-1") { ...F } } fragment F on Merchant { n: name ...G } fragment G on Subject { kind externalId }',
    ],
    [
      'interfaces',
      null,
      '{ merchant(externalId: "m-1") { __typename ... on Node { id } ... on Subject { kind } ... on Product { merchant { name } } } }',
    ],
    [
      'a union of directives',
      null,
      'query ($yes: Boolean!, $no: Boolean = false) { merchant(externalId: "m-1") { name @include(if: $yes) kind @include(if: $no) externalId @skip(if: $no) } }',
      { yes: true },
    ],
    [
      'enums, in and out',
      'ADMIN',
      '{ policies(subjectKind: MERCHANT) { key subjectKind active { version } document } merchantDirectory(orderBy: NAME, level: [BBB, A], first: 2) { nodes { name } } }',
    ],
    [
      'JSON and dates',
      null,
      '{ merchant(externalId: "m-1") { rating { jsonLd distribution } gradeHistory(from: "2026-11-01", to: "2026-11-03") { date level score } } }',
    ],
    [
      'variables that are lists',
      null,
      'query ($ids: [String!]) { merchants(externalIds: $ids) { externalId } }',
      { ids: ['m-1', 'm-2'] },
    ],
    ['a variable that is missing', null, 'query ($ids: [String!]) { merchants(externalIds: $ids) { externalId } }'],
    [
      'a variable of a wrong type',
      null,
      'query ($ids: [String!]) { merchants(externalIds: $ids) { externalId } }',
      { ids: [{ a: 1 }] },
    ],
    ['a null that cannot be', null, 'query ($id: ID!) { node(id: $id) { id } }', { id: null }],
    [
      'an error beside an answer',
      null,
      '{ merchant(externalId: "m-1") { name } refused: merchant(externalId: "m-1") { grade(asOf: "2031-01-01T00:00:00Z") { level } } }',
    ],
    ['what one may not read', null, '{ merchant(externalId: "m-1") { name grade { level factors { kind } } } }'],
    [
      'what one may not read, as another role',
      ['BUYER', 'buyer:m-1-b1'],
      '{ merchant(externalId: "m-1") { grade { reasons { code } } } viewer { role subject { externalId } } }',
    ],
    ['what is not there', null, '{ merchant(externalId: "none") { name } node(id: "nonsense") { id } }'],
    [
      'the schema',
      'ADMIN',
      '{ __schema { queryType { name } } __type(name: "Merchant") { kind fields { name type { name } } } }',
    ],
  ];

describe('a compiled query', () => {
  it.each(QUERIES.map(([what, ...asked]) => ({ what, asked })))(
    'answers as the same one does that is not: $what',
    async ({ asked }) => {
      const [first, second] = [await compiled.ask(...asked), await interpreted.ask(...asked)];

      expect({ status: first.status, data: first.data, errors: first.errors }).toEqual({
        status: second.status,
        data: second.data,
        errors: second.errors,
      });
      expect(JSON.stringify(first.data)).toBe(JSON.stringify(second.data)); // in the same order, too
      expect(first.data ?? first.errors).toBeTruthy();
    },
  );
});
