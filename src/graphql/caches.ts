import { createHash } from 'node:crypto';
import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import type { DocumentNode } from 'graphql';
import type { Call } from '../access/call.ts';
import { mentionOf } from './mentions.ts';

export interface CacheSettings {
  /** For how many seconds caches may give what is public without asking; 0: they ask each time whether it is still so. */
  readonly cacheSeconds?: number;
}

/** Of each caller its own. */
const isPersonal = mentionOf(['viewer', 'rateLimit']);

/**
 * What an answer says to caches, where it was asked for by GET: to anyone who has not signed in the same question has the same answer,
 * which therefore says nothing of its cost or of the caller's budget; all others are for the one who asked.
 */
export const cachePlugin = ({ cacheSeconds = 0 }: CacheSettings): ApolloServerPlugin<Call> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ request, document, contextValue, response: { body, http } }) => {
      if (request.http?.method !== 'GET' || body.kind !== 'single') return;
      const { singleResult } = body;
      const isShared = document !== undefined && !singleResult.errors && isForAll(contextValue, document);
      http.headers.set('cache-control', isShared ? sharedFor(cacheSeconds) : OWN);
      if (!isShared) return;
      delete singleResult.extensions;
      for (const name of ['ratelimit', 'ratelimit-policy']) http.headers.delete(name);
    },
  }),
});

export const OWN = 'private, no-store';
export const sharedFor = (seconds: number): string =>
  seconds === 0 ? 'public, no-cache' : `public, max-age=${seconds}`;

export const isForAll = ({ actor }: Call, document: DocumentNode): boolean =>
  actor.role === 'PUBLIC' && !isPersonal(document);

/** Whoever has the answer already is told so, without it (RFC 9110, section 13.1.2). */
export function answerNotModified(app: FastifyInstance, endpoint: string): void {
  app.addHook('onSend', (request, reply, payload, next) => {
    const isShared =
      request.method === 'GET' &&
      request.routeOptions.url === endpoint &&
      reply.statusCode === 200 &&
      typeof payload === 'string' &&
      String(reply.getHeader('cache-control')).startsWith('public');
    if (!isShared) return next(null, payload);
    const tag = `"${createHash('sha1').update(payload).digest('base64url')}"`;
    reply.header('etag', tag).header('vary', varying(reply.getHeader('vary')));
    if (!tagsIn(request.headers['if-none-match']).includes(tag)) return next(null, payload);
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    next(null, '');
  });
}

const varying = (already: unknown): string => (typeof already === 'string' ? `${already}, accept` : 'accept');

/** A tag that is marked as weak is as good here. */
const tagsIn = (header: string | undefined): string[] =>
  (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
