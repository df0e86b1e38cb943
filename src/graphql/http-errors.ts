import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../kernel/refusal.ts';
import type { Log } from '../log.ts';
import { internal } from './errors.ts';
import { factsOf } from './watch/facts.ts';

/** What never reaches GraphQL is answered in its shape all the same: clients read one kind of error. */
export function answerErrorsAsGraphql(app: FastifyInstance, endpoint: string, log: Log): void {
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorsOf('NOT_FOUND', `There is nothing here. GraphQL is at ${endpoint}.`)),
  );
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Refusal) return reply.code(400).send(errorsOf(error.code, error.message));
    const status = statusOf(error);
    if (status < 500)
      return reply.code(status).send(errorsOf(CODES[status] ?? 'BAD_REQUEST', (error as Error).message));
    const incident = incidentOf(request);
    log.error({ incident, err: error }, 'a request failed');
    return reply.code(500).send({ errors: [internal(incident)] });
  });
}

/** The id under which the request is logged. */
function incidentOf(request: FastifyRequest): string {
  const facts = factsOf(request);
  if (facts) facts.incidents = [facts.requestId];
  return facts?.requestId ?? randomUUID();
}

const CODES: Readonly<Record<number, string>> = { 413: 'BODY_TOO_LARGE', 415: 'MEDIA_TYPE_UNSUPPORTED' };

const errorsOf = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

function statusOf(error: unknown): number {
  if (!(error instanceof Error)) return 500;
  if ('code' in error && error.code === 'ERR_INVALID_URL') return 400; // a Host header that is none
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
