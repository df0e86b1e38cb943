import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isMarketplace } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { refusedIn } from '../audit/noted.ts';
import type { Refusals } from '../audit/refusals.ts';
import { currentDeadline } from '../db/deadline.ts';
import { isForAll, OWN, sharedFor, type CacheSettings } from './caches.ts';
import { billOf, charge, giveBack } from './cost/charge.ts';
import { spendingOf } from './cost/spending.ts';
import type { Timeouts } from './deadlines.ts';
import type { KnownQueries, KnownQuery } from './known-queries.ts';
import type { SteadyAnswer } from './rows/steady-queries.ts';
import { noteOperation, factsOf } from './watch/facts.ts';

export interface LaneSettings extends CacheSettings {
  /** For tests: sees what the lane would have answered beside what Apollo does. */
  readonly compareLane?: (lane: LaneAnswer, apollo: LaneAnswer) => void;
}

export interface LaneAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Lane extends LaneSettings {
  readonly queries: KnownQueries;
  readonly callOf: (request: FastifyRequest, reply: FastifyReply) => Promise<Call>;
  readonly refusals: Refusals;
  readonly timeouts: Timeouts;
  readonly isProduction: boolean;
}

type Variables = Readonly<Record<string, unknown>>;
interface Asked {
  readonly query: KnownQuery;
  readonly variables: Variables;
  readonly contentType: string;
}

/**
 * Queries that are known by their text, because Apollo has read and checked them before, go past it: what it does for a request takes
 * longer than the answer. They pass the same guards, in the same order. Whatever is not plain, or does not end well, goes the long way
 * as if nothing had been tried: so that every refusal is worded in one place.
 */
export function openLane(app: FastifyInstance, endpoint: string, lane: Lane): void {
  app.addHook('preHandler', async (request, reply) => {
    const asked = request.routeOptions.url === endpoint ? askedOf(request, lane) : null;
    const answered = asked && (await answer(asked, request, reply, lane));
    if (!answered) return undefined;
    if (lane.compareLane) return void laneAnswers.set(request, answered);
    for (const name in answered.headers) reply.header(name, answered.headers[name]);
    return reply.send(answered.body);
  });
  const { compareLane } = lane;
  if (compareLane)
    app.addHook('onSend', async (request, reply, body) => {
      const expected = laneAnswers.get(request);
      if (expected)
        compareLane(expected, { status: reply.statusCode, headers: reply.getHeaders(), body: String(body) });
    });
}

const laneAnswers = new WeakMap<FastifyRequest, LaneAnswer>();

const PLAIN: ReadonlySet<string> = new Set(['query', 'variables', 'operationName']);
const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';
/** By what is accepted; others are weighed by Apollo. */
const CONTENT_TYPES: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/graphql-response+json', RESPONSE_TYPE],
  ['application/graphql-response+json, application/json;q=0.9', RESPONSE_TYPE], // our own client
  ['application/graphql-response+json,application/json;q=0.9', RESPONSE_TYPE], // Apollo Client
]);

/** Null: it is none of the plain ones. */
function askedOf(request: FastifyRequest, lane: Lane): Asked | null {
  return request.method === 'GET' ? askedByGet(request, lane) : askedByPost(request, lane);
}

function askedByPost({ headers, body }: FastifyRequest, { queries }: Lane): Asked | null {
  if (typeof body !== 'object' || body === null) return null;
  for (const key in body) if (!PLAIN.has(key)) return null;
  return plainly(body as Record<string, unknown>, headers.accept, queries);
}

/** By GET: variables are JSON, and a page of another site must have asked first whether it may (Apollo's CSRF prevention). */
function askedByGet({ headers, raw }: FastifyRequest, { queries }: Lane): Asked | null {
  if (headers['content-type'] !== undefined || !headers['apollo-require-preflight']) return null;
  const search = [...new URL(raw.url!, 'http://localhost').searchParams];
  const asked = Object.fromEntries(search);
  if (search.length !== Object.keys(asked).length || !search.every(([name]) => PLAIN.has(name))) return null;
  const variables = asked['variables'] === undefined ? null : jsonIn(asked['variables']);
  return variables === undefined ? null : plainly({ ...asked, variables }, headers.accept, queries);
}

/** Undefined where it is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function plainly(
  asked: Readonly<Record<string, unknown>>,
  accept: string | undefined,
  queries: KnownQueries,
): Asked | null {
  const { query: text, variables = null, operationName = null } = asked;
  if (typeof text !== 'string' || typeof variables !== 'object' || Array.isArray(variables)) return null;
  if (operationName !== null && typeof operationName !== 'string') return null;
  const contentType = CONTENT_TYPES.get(accept);
  const query = queries.find(text, operationName);
  return query && contentType !== undefined ? { query, variables: (variables ?? {}) as Variables, contentType } : null;
}

/** Null: it has to go the long way. */
async function answer(
  { query, variables, contentType }: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
  { callOf, refusals, timeouts, isProduction, cacheSeconds = 0, compareLane }: Lane,
): Promise<LaneAnswer | null> {
  const call = await callOf(request, reply).catch(() => null);
  if (!call || (isProduction && query.asksForSchema && call.actor.role === 'PUBLIC')) return null;
  if (isMarketplace(call.actor)) currentDeadline()?.allow(timeouts.house);
  try {
    await charge(call, query.plan, variables);
    const answered = (query.steady && (await query.steady(call, variables))) ?? (await worked(query, call, variables));
    if (!answered) {
      giveBack(call);
      return null;
    }
    const { data, text } = answered;
    const { cost, actual, headers } = billOf(call, spendingOf(call)!, variables, data);
    if (compareLane) giveBack(call);
    const facts = factsOf(request);
    if (facts) {
      noteOperation(facts, query.operation.operation, query.operation.name?.value ?? null, query.hash);
      facts.cost = actual;
    }
    for (const refused of refusedIn(call)) refusals.add(call, refused);
    const type = { 'content-type': contentType };
    const isShared = request.method === 'GET' && isForAll(call, query.document);
    if (isShared)
      return {
        status: 200,
        headers: { ...type, 'cache-control': sharedFor(cacheSeconds) },
        body: `{"data":${text}}\n`,
      };
    const own = request.method === 'GET' ? { 'cache-control': OWN } : {};
    return {
      status: 200,
      headers: { ...type, ...own, ...Object.fromEntries(headers) },
      body: `{"data":${text},"extensions":{"cost":${JSON.stringify(cost)}}}\n`,
    };
  } catch {
    giveBack(call);
    return null;
  }
}

/** Null where it does not end well. */
async function worked(query: KnownQuery, call: Call, variables: Variables): Promise<SteadyAnswer | null> {
  const { data, errors } = await query.run(undefined, call, variables);
  return errors || data == null ? null : { data, text: JSON.stringify(data) };
}
