import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../log.ts';
import { countRequest, type RequestKind, type RequestOutcome } from '../../telemetry/metrics.ts';
import { endRequestSpan, isTracing, underRequestSpan } from '../../telemetry/tracing.ts';
import { beginFacts, factsOf, requestIdFrom, type Facts } from './facts.ts';

/** Gives each request an id, which its answer bears too; and tells of it once it is answered: a line, a count, a span. */
export function watchRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onRequest', (request, reply, next) => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    beginFacts(request, requestId);
    reply.header('x-request-id', requestId);
    next();
  });
  if (isTracing())
    // Once the body is read: what comes before it is called by the socket, outside of any context.
    app.addHook('preHandler', (request, _reply, next) => underRequestSpan(request, request.headers, next));
  app.addHook('onResponse', (request, reply, next) => {
    tell(request, reply, reply.statusCode, log);
    next();
  });
  app.addHook('onRequestAbort', (request, next) => {
    tell(request, null, CLIENT_WENT, log);
    next();
  });
}

/** As nginx has it: nobody waited for the answer. */
const CLIENT_WENT = 499;
/** Asked every few seconds by machines. */
const QUIET = /^\/(health\/|metrics$)/;

function tell(request: FastifyRequest, reply: FastifyReply | null, status: number, log: Log): void {
  const facts = factsOf(request);
  if (!facts || facts.isTold) return;
  facts.isTold = true;
  const route = request.routeOptions.url ?? null; // as we named it: what was sent may be anything
  const ms = Math.round((performance.now() - facts.beganAt) * 10) / 10;
  const { requestId, operation, role, codes, incidents, cost } = facts;
  const line = {
    requestId,
    method: request.method,
    route,
    status,
    ms,
    ...(reply === null && { isAborted: true }),
    ...(operation && { kind: operation.kind, operation: operation.name, hash: operation.hash }),
    ...(role !== null && { role }),
    ...(codes.length > 0 && { codes }),
    ...(incidents.length > 0 && { incidents }),
    ...(cost !== null && { cost }),
  };
  const isQuiet = route !== null && QUIET.test(route);
  if (isQuiet) log.debug(line, 'request');
  else log.info(line, 'request');
  const outcome = outcomeOf(facts, status);
  if (!isQuiet) countRequest((operation?.kind.toUpperCase() as RequestKind | undefined) ?? 'NONE', outcome, ms / 1000);
  endRequestSpan(request, spanName(facts), attributesOf(request.method, status, facts), outcome === 'FAILED');
}

function outcomeOf({ codes, incidents }: Facts, status: number): RequestOutcome {
  if (status === 429 || codes.includes('THROTTLED')) return 'THROTTLED';
  if (status >= 500 || incidents.length > 0) return 'FAILED';
  return status >= 400 || codes.length > 0 ? 'REFUSED' : 'OK';
}

const spanName = ({ operation }: Facts): string | null =>
  operation && [operation.kind, operation.name].filter(Boolean).join(' ');

const attributesOf = (method: string, status: number, { requestId, operation }: Facts) => ({
  'http.request.method': method,
  'http.response.status_code': status,
  'credence.request_id': requestId,
  ...(operation && { 'graphql.operation.type': operation.kind, 'graphql.document.hash': operation.hash }),
  ...(operation?.name && { 'graphql.operation.name': operation.name }),
});
