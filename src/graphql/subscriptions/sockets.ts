import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Log } from '../../log.ts';
import { addressOf, isOriginAllowed } from './origin.ts';
import { serverOptions, type Connection } from './protocol.ts';
import type { Subscriptions } from './subscriptions.ts';
import { CLOSE } from './told.ts';

export interface SocketSettings {
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly mostSockets: number;
  readonly pingMs?: number | undefined;
}

/** A subscription with its variables: 100 ids are 6 kB. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
/** So much of what was sent may wait for a reader; more is not kept for it. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
const PING_MS = 20_000;
const CLOSING_MS = 1_000; // for the answer to our close frame

/** WebSockets at the endpoint, by the protocol graphql-transport-ws. */
export function serveSockets(
  app: FastifyInstance,
  endpoint: string,
  subscriptions: Subscriptions,
  settings: SocketSettings,
  log: Log,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false, // it costs 100 kB a socket
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const server = makeServer<Record<string, unknown>, Connection>(serverOptions(subscriptions, log));
  let isClosing = false;

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {}); // whoever it was has gone
    const refusal = isClosing
      ? '503 Service Unavailable'
      : refusalOf(request, endpoint, sockets.clients.size, settings);
    if (refusal !== null)
      return void socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (opened) => open(opened, request));
  });

  const open = (socket: WebSocket, { headers, socket: { remoteAddress = '' } }: IncomingMessage): void => {
    const ip = addressOf(remoteAddress, headers, settings.trustedProxies);
    const close = (code: number, reason: string): void => closeSoon(socket, code, reason);
    const extra: Connection = {
      asking: { headers, ip, method: 'POST', url: endpoint, body: null },
      leave: () => {},
      isClosed: false,
      opening: 0,
      close,
    };
    const closed = server.opened(
      { protocol: socket.protocol, send: sending(socket), close, onMessage: reading(socket, log) },
      extra,
    );
    socket.on('error', () => {}); // such as a message that is too long: `ws` closes with a code of its own
    socket.on('close', (code, reason) => void closed(code, String(reason)));
  };

  const pinging = pingAll(sockets, settings.pingMs ?? PING_MS);
  return {
    close: async () => {
      isClosing = true;
      clearInterval(pinging);
      for (const socket of sockets.clients) closeSoon(socket, CLOSE.GOING_AWAY, 'Going away');
      await Promise.all([...sockets.clients].map((socket) => once(socket, 'close')));
    },
  };
}

/** The status line of the answer to those who get no socket; null: there is one for them. */
function refusalOf(
  { url = '', headers }: IncomingMessage,
  endpoint: string,
  open: number,
  { origins, mostSockets }: SocketSettings,
): string | null {
  if (url.split('?')[0] !== endpoint) return '404 Not Found';
  if (!isOriginAllowed(headers, origins)) return '403 Forbidden';
  return open >= mostSockets ? '503 Service Unavailable' : null;
}

/** Resolves when it has left this process: so nobody is sent more than one answer at a time to each subscription. */
const sending =
  (socket: WebSocket) =>
  (text: string): Promise<void> => {
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) closeSoon(socket, CLOSE.TRY_AGAIN_LATER, 'TOO_SLOW');
    return new Promise((resolve) => socket.send(text, () => resolve())); // that it failed, its closing tells
  };

const reading =
  (socket: WebSocket, log: Log) =>
  (read: (text: string) => Promise<void>): void =>
    void socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return closeSoon(socket, CLOSE.BAD_REQUEST, 'Messages are texts');
      read(data.toString()).catch((error: unknown) => {
        // The protocol's own complaints of a message have no cause; all that is ours was told before.
        log.debug({ err: error }, 'a message of a socket was not understood');
        closeSoon(socket, CLOSE.BAD_REQUEST, 'Invalid message');
      });
    });

/** Whoever does not answer in time, because it reads no more, is cut off. */
function closeSoon(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState === socket.CLOSED) return;
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), CLOSING_MS).unref();
}

/** Keeps what is between us from closing idle sockets, and ends those whose other end is silent. */
function pingAll({ clients }: WebSocketServer, everyMs: number): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>();
  return setInterval(() => {
    for (const socket of clients) {
      if (silent.has(socket)) {
        socket.terminate();
        continue;
      }
      silent.add(socket);
      socket.once('pong', () => silent.delete(socket));
      socket.ping();
    }
  }, everyMs).unref();
}
