import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isTracing, startTracing, underStatementSpan } from '../../src/telemetry/tracing.ts';
import { anApi } from '../kit/api.ts';
import { anEvent, daysAgo, eventsOf, NOW, takeEvents } from '../kit/events.ts';
import { aDatabase, allMoved } from '../kit/database.ts';

const spans = new InMemorySpanExporter();
let endTracing: () => Promise<void>;
beforeAll(async () => {
  endTracing = await startTracing(spans); // before the database is opened, as main.ts does
});
const db = aDatabase();
const { send } = anApi(db, { clock: () => NOW });
afterAll(() => endTracing());

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const GRADE = 'query Shop { merchant(externalId: "m-1") { name grade { level } reviews(first: 2) { nodes { id } } } }';
const finished = (): readonly ReadableSpan[] => spans.getFinishedSpans();
const post = (query: string, headers: Record<string, string> = {}) =>
  send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
/** It ends after the answer is sent. */
const spanOf = (requestId: string | null): Promise<ReadableSpan> =>
  vi.waitUntil(() => finished().find((span) => span.attributes['credence.request_id'] === requestId));
const statementsUnder = (parent: ReadableSpan): string[] =>
  finished()
    .filter((span) => span.parentSpanContext?.spanId === parent.spanContext().spanId)
    .map(({ name }) => name);

describe('a trace', () => {
  it('goes on from where the caller began it, through the operation to each of its statements', async () => {
    await takeEvents(db, [anEvent('merchant.registered', daysAgo(9), { externalId: 'm-1' })]);
    const response = await post(GRADE, { traceparent: `00-${TRACE}-${PARENT}-01` });
    const request = await spanOf(response.headers.get('x-request-id'));

    expect(request.name).toBe('query Shop');
    expect([request.spanContext().traceId, request.parentSpanContext?.spanId]).toEqual([TRACE, PARENT]);
    expect(request.attributes).toMatchObject({ 'http.response.status_code': 200, 'graphql.operation.type': 'query' });
    const statements = statementsUnder(request);
    expect(statements).toEqual(expect.arrayContaining(['merchants.by-external-id']));
    expect(statements.length).toBeGreaterThanOrEqual(2);
  });

  it('does not hold up what is copied in', async () => {
    const outcomes = await takeEvents(db, eventsOf({ order: 'o-1', placed: 40, stars: 5 }));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(6).fill('ACCEPTED'));
  });

  it('keeps requests apart that run at once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await post('{ policies { key } }')).headers.get('x-request-id')),
    );
    const requests = await Promise.all(ids.map(spanOf));
    expect(new Set(requests.map((span) => span.spanContext().traceId)).size).toBe(20);
    // The ORM's own, which reads the policies, is sent for each; what is the same for all may go in one for several.
    const own = requests.map((request) => statementsUnder(request).filter((name) => name === 'select'));
    expect(own).toEqual(requests.map(() => ['select']));
  });

  it('holds no text and no value of a statement', () => {
    const told = JSON.stringify(finished().map(({ name, attributes }) => [name, attributes]));

    expect(told).not.toMatch(/m-1|select .* from/i);
  });

  it('tells what failed', async () => {
    await allMoved(db); // else what is remembered would do
    await db.pool.query('alter table merchant rename column name to label');
    const response = await post(GRADE);
    await db.pool.query('alter table merchant rename column label to name');

    expect((await spanOf(response.headers.get('x-request-id'))).status.code).toBe(2);
  });

  it('begins anew where what the caller sent is none', async () => {
    const response = await post(GRADE, { traceparent: 'nonsense' });

    expect((await spanOf(response.headers.get('x-request-id'))).parentSpanContext).toBeUndefined();
  });
});

describe('a collector', () => {
  it('gets the spans by OTLP over HTTP; and nothing is traced once that has ended', async () => {
    await endTracing();
    expect(isTracing()).toBe(false);
    expect(await underStatementSpan('x', async () => 7)).toBe(7);

    const paths: string[] = [];
    const collector = http.createServer((request, response) => {
      paths.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.end('{}'));
    });
    collector.listen(0, '127.0.0.1');
    await once(collector, 'listening');
    endTracing = await startTracing(`http://127.0.0.1:${(collector.address() as AddressInfo).port}/`);
    trace.getTracerProvider().getTracer('test').startSpan('one').end();
    await endTracing();
    collector.close();

    expect(paths).toEqual(['POST /v1/traces']);
  });
});
