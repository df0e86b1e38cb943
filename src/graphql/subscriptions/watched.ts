import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError } from 'graphql';
import type { Call } from '../../access/call.ts';
import type { Log } from '../../log.ts';
import { countDelivered, countRequest, subscriptionOpened, type Transport } from '../../telemetry/metrics.ts';
import type { Stream } from './stream.ts';
import { codeOf } from './told.ts';

/** One subscription, as it is told of: when it ends, in one line. */
export interface Watched {
  readonly delivered: () => void;
  /** `errors`: with which it was ended; null: whoever read had enough, or we stop. */
  readonly end: (errors: readonly GraphQLFormattedError[] | null) => void;
}

export function watched(transport: Transport, { stream, call }: { stream: Stream; call: Call }, log: Log): Watched {
  const beganAt = performance.now();
  const closed = subscriptionOpened(transport);
  const requestId = (call.requestId ??= randomUUID());
  const { name: operation, hash } = stream.subscribed.operation;
  let isOver = false;
  return {
    delivered: () => countDelivered(transport),
    end: (errors) => {
      if (isOver) return;
      isOver = true;
      const code = errors && codeOf(errors);
      closed(code === 'TOO_SLOW');
      const seconds = (performance.now() - beganAt) / 1000;
      const line = { requestId, transport, operation, hash: hash.slice(0, HASH_DIGITS), role: call.actor.role };
      log.info(
        { ...line, events: stream.given, ms: Math.round(seconds * 1000), ...(code && { codes: [code] }) },
        'subscription',
      );
      if (transport === 'WEBSOCKET') countRequest('SUBSCRIPTION', outcomeOf(code), seconds); // others are requests anyway
    },
  };
}

const HASH_DIGITS = 16;

const outcomeOf = (code: string | null) =>
  code === null ? 'OK' : code === 'THROTTLED' ? 'THROTTLED' : code === 'INTERNAL' ? 'FAILED' : 'REFUSED';
