import type { IncomingHttpHeaders } from 'node:http';
import { GraphQLError, type ExecutionArgs, type GraphQLFormattedError } from 'graphql';
import type { Context, ServerOptions } from 'graphql-ws';
import { PURPOSE_HEADER } from '../../access/terms.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Log } from '../../log.ts';
import type { Asking } from './standing.ts';
import { NoLonger, type Stream } from './stream.ts';
import type { Subscriptions } from './subscriptions.ts';
import { CLOSE, closeCodeOf, codeOf } from './told.ts';
import { watched, type Watched } from './watched.ts';

type Params = Record<string, unknown>;

/** A socket, and what its opening showed. */
export interface Connection {
  asking: Asking;
  leave: () => void;
  isClosed: boolean;
  opening: number; // subscriptions
  readonly close: (code: number, reason: string) => void;
}

interface Opened extends ExecutionArgs {
  readonly stream: Stream;
}

const INIT_MS = 5_000;
/** At the same moment, of one socket. */
const MOST_OPENING = 200;

/** What graphql-ws asks of us: it knows the messages, and we know who may have what. */
export function serverOptions(subscriptions: Subscriptions, log: Log): ServerOptions<Params, Connection> {
  const watches = new WeakMap<Context<Params, Connection>, Map<string, Watched>>();
  const watchesOf = (ctx: Context<Params, Connection>): Map<string, Watched> => {
    let own = watches.get(ctx);
    if (!own) watches.set(ctx, (own = new Map()));
    return own;
  };
  const endWatch = (ctx: Context<Params, Connection>, id: string, errors: readonly GraphQLFormattedError[] | null) => {
    watchesOf(ctx).get(id)?.end(errors);
    watchesOf(ctx).delete(id);
  };
  return {
    connectionInitWaitTimeout: INIT_MS,
    onConnect: async ({ extra, connectionParams = {} }) => {
      extra.asking = { ...extra.asking, headers: withParams(extra.asking.headers, connectionParams) };
      try {
        extra.leave = await subscriptions.admit({ ...extra.asking, body: {} });
        if (extra.isClosed) extra.leave();
        return true;
      } catch (error) {
        const errors = subscriptions.told(error);
        extra.close(closeCodeOf(errors), codeOf(errors));
        return false;
      }
    },
    onSubscribe: async (ctx, id, payload) => {
      try {
        if (ctx.extra.opening++ >= MOST_OPENING) throw tooMany();
        const opened = await subscriptions.open({ ...ctx.extra.asking, body: payload });
        const { stream } = opened;
        if (!(id in ctx.subscriptions)) await stream.return(); // they think better of it meanwhile
        watchesOf(ctx).set(id, watched('WEBSOCKET', opened, log));
        stream.subscribed.source.onTooSlow = (why) => {
          endWatch(ctx, id, subscriptions.told(why));
          ctx.extra.close(CLOSE.TRY_AGAIN_LATER, why.code);
        };
        const { document, name: operationName } = stream.subscribed.operation;
        return { document, operationName, stream } as unknown as Opened;
      } catch (error) {
        return [asError(error)];
      } finally {
        ctx.extra.opening--;
      }
    },
    subscribe: (args) => (args as Opened).stream as never,
    onNext: (ctx, id, _payload, _args, result) => {
      watchesOf(ctx).get(id)?.delivered();
      return result; // it is in its shape already
    },
    onError: (ctx, id, _payload, errors) => {
      const told = errors.flatMap((error) => subscriptions.told(error));
      endWatch(ctx, id, told);
      const isOfAll = errors.some(({ originalError }) => originalError instanceof NoLonger);
      if (isOfAll) ctx.extra.close(closeCodeOf(told), codeOf(told));
      return told;
    },
    onComplete: (ctx, id) => endWatch(ctx, id, null),
    onClose: (ctx) => {
      ctx.extra.isClosed = true;
      ctx.extra.leave();
      for (const id of watchesOf(ctx).keys()) endWatch(ctx, id, null);
    },
  };
}

const tooMany = () =>
  new Refusal('UNAVAILABLE', 'TOO_MANY_AT_ONCE', `Open at most ${MOST_OPENING} subscriptions at the same moment.`);

const asError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError('refused', { originalError: error instanceof Error ? error : new Error(String(error)) });

const SHOWN: readonly string[] = ['authorization', 'x-api-key', PURPOSE_HEADER];

/** Browsers can set no headers of a socket: what would stand there may stand in the payload of `connection_init`, by the same names. */
function withParams(headers: IncomingHttpHeaders, params: Params): IncomingHttpHeaders {
  const said = Object.entries(params).flatMap(([name, value]) =>
    SHOWN.includes(name.toLowerCase()) && typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
  );
  return { ...headers, ...Object.fromEntries(said) };
}
