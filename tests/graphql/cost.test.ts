import fs from 'node:fs';
import path from 'node:path';
import { buildSchema, Kind, parse, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { planOf } from '../../src/graphql/cost/plan.ts';
import { actualPoints, requestedPoints } from '../../src/graphql/cost/points.ts';
import { PRICES } from '../../src/graphql/cost/prices.ts';
import { fieldsOf } from '../../src/graphql/lock.ts';
import { openSchema } from '../../src/graphql/schema.ts';
import type { Allowances } from '../../src/kernel/allowance.ts';
import { ROLES } from '../../src/kernel/role.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { chance, RandomDocuments } from './random-documents.ts';

const schema = await openSchema();

function planned(query: string) {
  const { definitions } = parse(query);
  const operation = definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const fragments = definitions.filter(
    (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
  );
  return planOf(schema, Object.fromEntries(fragments.map((node) => [node.name.value, node])), operation!);
}

const cost = (query: string, variables: Record<string, unknown> = {}) => requestedPoints(planned(query), variables);
const STOREFRONT = 'query ($ids: [String!]) { merchants(externalIds: $ids) { name grade { level } rating { count } } }';
const PAGES = `query ($n: Int) { buyer(id: "x") { orders(first: $n) { nodes { merchant { reviews(last: $n) { edges { node { stars } } } } } } } }`;
const NODE = `{ node(id: "x") { id ... on Buyer { name } ... on Merchant { grade { level } rating { count } } ... on Review { stars } } }`;
const INGEST = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }';
const BUDGETS: Allowances = Object.fromEntries(
  ROLES.map((role) => [role, { maximum: 500, restoreRate: 5 }]),
) as unknown as Allowances;
const ids = (count: number) => Array.from({ length: count }, (_, i) => `m-${i}`);

describe('the cost of an operation', () => {
  it.each([
    ['a look at oneself', '{ viewer { role } }', {}, 1],
    ['nothing but a name', '{ __typename }', {}, 1],
    ['a merchant with its grade', '{ merchant(externalId: "m") { name grade { level score } } }', {}, 2],
    ['twenty of a storefront', STOREFRONT, { ids: ids(20) }, 60],
    ['the same with the ids in the text', '{ merchants(externalIds: ["a", "b", "c"]) { grade { level } } }', {}, 6],
    ['a past grade', '{ merchant(externalId: "m") { grade(asOf: "2026-01-01T00:00:00Z") { level } } }', {}, 12],
    ['a grade by other rules', '{ merchant(externalId: "m") { grade(policy: "ebay") { level } } }', {}, 7],
    [
      'a year of grades',
      '{ merchant(id: "x") { gradeHistory(from: "2025-01-01", to: "2025-12-31") { level } } }',
      {},
      1 + 10 + 365,
    ],
    ['a page of 50', '{ merchant(id: "x") { reviews(first: 50) { nodes { stars } } } }', {}, 1 + 1 + 50],
    ['a page of a usual size', '{ merchant(id: "x") { reviews { nodes { stars } } } }', {}, 1 + 1 + 20],
    ['pages in pages', PAGES, { n: 10 }, 1 + 1 + 10 * (1 + 1 + 1 + 10 * (1 + 1))],
    [
      'a page by a variable that has a default',
      'query ($n: Int = 5) { merchantDirectory(first: $n) { nodes { name } } }',
      {},
      10 + 1 + 5,
    ],
    [
      'what is skipped',
      'query ($no: Boolean!) { viewer { role } merchant(id: "x") @skip(if: $no) { grade { level } } }',
      { no: true },
      1,
    ],
    ['the dearest of what a node may be', NODE, {}, 3],
    ['a look at the schema', '{ __schema { types { name } } }', {}, 50],
    ['a look at the subgraph', '{ _service { sdl } }', {}, 51],
    [
      'a change',
      'mutation ($i: ReportReviewInput!) { reportReview(input: $i) { userErrors { code } } }',
      {},
      10 + 1 + 10,
    ],
    ['250 events', INGEST, { input: { events: Array.from({ length: 250 }, () => ({})) } }, 10 + 25 + 1],
    ['a backtest', 'mutation ($i: BacktestPolicyInput!) { backtestPolicy(input: $i) { report } }', {}, 2_011],
  ])('of %s is told before it is run', (_, query, variables, points) => {
    expect(cost(query, variables)).toBe(points);
  });

  it('is the same in whatever way the same fields are asked for', () => {
    const plain = cost('{ merchant(id: "x") { name grade { level reasons { text } } } }');

    expect(
      cost(
        '{ m: merchant(id: "x") { ...F grade { level } } } fragment F on Merchant { name grade { reasons { text } } }',
      ),
    ).toBe(plain);
    expect(
      cost('{ merchant(id: "x") { ... on Subject { grade { level } } ... { grade { reasons { text } } } } }'),
    ).toBe(plain);
  });

  it('is no nonsense, whatever stands in the variables', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (n, ids) => {
        expect(cost(PAGES, { n })).toBeGreaterThan(0);
        expect(cost(PAGES, { n })).toBeLessThan(1e5);
        expect(cost(STOREFRONT, { ids })).toBeGreaterThan(0);
      }),
    );
  });

  it('turns out to be that of what is there', () => {
    const plan = planned(STOREFRONT);
    const row = { name: 'One', grade: { level: 'A' }, rating: { count: 1 } };

    expect(actualPoints(plan, {}, { merchants: [row, null, row] }, 60)).toBe(6);
    expect(actualPoints(plan, {}, null, 60)).toBe(1);
  });

  it('has prices for fields that there are, or that the contract promises, and for no others', () => {
    const contract = buildSchema(fs.readFileSync(path.resolve('schema/contract.graphql'), 'utf8'));
    const known = new Set([...fieldsOf(schema), ...fieldsOf(contract)]);
    const priced = Object.entries(PRICES).flatMap(([type, fields]) =>
      Object.keys(fields).map((name) => `${type}.${name}`),
    );

    expect(priced.filter((name) => !known.has(name))).toEqual([]);
  });

  it('takes a plan that grows no faster than its text, by however many types it may turn to', () => {
    const wide = buildSchema(`interface Node { id: ID, next: Node } type Query { node: Node }
      ${Array.from({ length: 60 }, (_, i) => `type T${i} implements Node { id: ID, next: Node }`).join('\n')}`);
    const deep = Array.from({ length: 10 }).reduce((inner) => `next { id ${String(inner)} }`, 'id') as string;
    const [operation] = parse(`{ node { ${deep} } }`).definitions as [OperationDefinitionNode];

    const startedAt = performance.now();
    expect(requestedPoints(planOf(wide, {}, operation), {})).toBe(11);
    expect(performance.now() - startedAt).toBeLessThan(50);
  });
});

describe('an answer', () => {
  const db = aDatabase();
  const budgets = { ...BUDGETS, PUBLIC: { maximum: 1_000, restoreRate: 1 } };
  const api = anApi(db, { clock: () => NOW, budgets });
  const unlimited = anApi(db, { clock: () => NOW });
  beforeAll(async () => {
    await takeEvents(db, [
      anEvent('merchant.registered', daysAgo(90), { externalId: 'm-1', name: 'One' }),
      ...eventsOf({ order: 'o-1', placed: 40, merchant: 'm-1', stars: 5 }),
    ]);
  });

  it('says what it cost, and gives back what was not needed', async () => {
    const { headers, extensions } = await api.ask(null, STOREFRONT, { ids: ['m-1', 'm-2', 'm-3'] });

    expect(extensions).toEqual({
      cost: {
        requestedQueryCost: 9,
        actualQueryCost: 3,
        throttleStatus: { maximumAvailable: 1000, currentlyAvailable: 997, restoreRate: 1 },
      },
    });
    expect(headers.get('ratelimit-policy')).toBe('"points";q=1000;w=1000');
    expect(headers.get('ratelimit')).toBe('"points";r=997;t=3');
  });

  it('never costs more than was asked for, whatever was', async () => {
    const documents = new RandomDocuments(schema, chance(5));
    let answered = 0;
    for (let i = 0; i < 80; i++) {
      const query = documents.valid();
      if (query.startsWith('mutation')) continue;
      const { data } = await unlimited.ask('AUDITOR', query);
      if (!data) continue;
      answered++;
      expect([query, actualPoints(planned(query), {}, data, Infinity) <= cost(query)]).toEqual([query, true]);
    }
    expect(answered).toBeGreaterThan(10);
  });

  it('tells of the budget to whoever asks', async () => {
    const { data } = await api.ask('ADMIN', '{ rateLimit { limit remaining restoreRate cost } }');

    expect(data.rateLimit).toEqual({ limit: 500, remaining: 499, restoreRate: 5, cost: 1 });
  });

  it('is refused to whoever asks for more than a whole budget', async () => {
    const { status, errors } = await api.ask(null, STOREFRONT, { ids: ids(600) });

    expect([status, errors]).toMatchObject([400, [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }]]);
  });
});
