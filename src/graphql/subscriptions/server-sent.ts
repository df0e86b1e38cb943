import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { Log } from '../../log.ts';
import { factsOf, noteCall, noteOperation } from '../watch/facts.ts';
import { MAX_MESSAGE_BYTES } from './sockets.ts';
import type { Stream, Told } from './stream.ts';
import type { Subscriptions } from './subscriptions.ts';
import { codeOf } from './told.ts';
import { watched, type Watched } from './watched.ts';

const PING_MS = 15_000;
const ENDING_MS = 1_000;
const EVENTS = 'text/event-stream';

/** Server-sent events, in the "distinct connections" mode of GraphQL over SSE: a request, a subscription. */
export function serveEvents(
  app: FastifyInstance,
  path: string,
  subscriptions: Subscriptions,
  log: Log,
): { close(): Promise<void> } {
  const open = new Set<ServerResponse>();
  app.post(path, { bodyLimit: MAX_MESSAGE_BYTES }, async (request, reply) => {
    if (!accepts(request)) return refuse(reply, 406, [NOT_ACCEPTED]);
    const facts = factsOf(request);
    try {
      const opened = await subscriptions.open(request);
      const { operation } = opened.stream.subscribed;
      if (facts) {
        noteCall(facts, opened.call);
        noteOperation(facts, 'subscription', operation.name, operation.hash);
      }
      const watch = watched('SSE', opened, log);
      reply.hijack();
      await send(begin(reply, open), opened.stream, watch, subscriptions);
      return reply;
    } catch (error) {
      const errors = subscriptions.told(error);
      if (facts) facts.codes = [codeOf(errors)];
      return refuse(reply, statusOf(errors), errors);
    }
  });
  const pinging = setInterval(() => {
    for (const response of open) if (response.writableLength === 0) response.write(':\n\n');
  }, PING_MS).unref();
  return {
    close: async () => {
      clearInterval(pinging);
      const closed = [...open].map((response) => once(response, 'close'));
      for (const response of open) endSoon(response); // not complete: they may come again, to another process
      await Promise.all(closed);
    },
  };
}

const accepts = ({ headers: { accept = '*/*' } }: FastifyRequest): boolean =>
  accept.includes(EVENTS) || accept.includes('*/*') || accept.includes('text/*');

const NOT_ACCEPTED: GraphQLFormattedError = {
  message: `Subscriptions are answered as ${EVENTS}: accept it.`,
  extensions: { code: 'NOT_ACCEPTABLE' },
};

const refuse = (reply: FastifyReply, status: number, errors: readonly GraphQLFormattedError[]): FastifyReply =>
  reply.code(status).header('cache-control', 'no-store').send({ errors });

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UNAVAILABLE: 503,
  THROTTLED: 429,
  INTERNAL: 500,
};

function statusOf([first]: readonly GraphQLFormattedError[]): number {
  const { kind, code } = first?.extensions ?? {};
  return STATUS[String(kind ?? code)] ?? STATUS[String(code)] ?? 400;
}

function begin(reply: FastifyReply, open: Set<ServerResponse>): ServerResponse {
  const { raw } = reply;
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'content-type': `${EVENTS}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no', // nginx would wait for more
  } as Record<string, string>);
  raw.write(':\n\n'); // so that headers go out at once
  open.add(raw);
  raw.once('close', () => open.delete(raw));
  return raw;
}

/** Whoever reads no more is cut off. */
function endSoon(response: ServerResponse): void {
  response.end();
  setTimeout(() => response.destroy(), ENDING_MS).unref();
}

async function send(raw: ServerResponse, stream: Stream, watch: Watched, { told }: Subscriptions): Promise<void> {
  raw.once('close', () => void stream.return());
  stream.subscribed.source.onTooSlow = (why) => {
    watch.end(told(why));
    raw.destroy(); // it reads nothing: nor what we would say of it
  };
  try {
    for await (const each of stream) {
      await written(raw, each);
      watch.delivered();
    }
    watch.end(null);
  } catch (error) {
    const errors = told(error);
    watch.end(errors);
    await written(raw, { errors });
  }
  if (!raw.writableEnded) raw.end('event: complete\ndata:\n\n');
}

/** Resolves when it has left this process, or never will. */
const written = (raw: ServerResponse, told: Told): Promise<void> =>
  new Promise((resolve) => {
    if (raw.writableEnded || raw.destroyed) return resolve();
    raw.write(`event: next\ndata: ${JSON.stringify(told)}\n\n`, () => resolve());
  });
