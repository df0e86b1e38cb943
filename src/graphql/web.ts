import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/** What a page of another site may read of an answer, beside its body. */
const EXPOSED = ['ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'];
const DAY_SECONDS = 86_400;

/** As helmet sets them, for answers that are data: written out, because to work them out anew takes longer than all other guards. */
const HEADERS = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains', // heeded where we are asked by TLS
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What browsers are told: which sites' pages may call, and that an answer is never a page, a frame, or anything but what it says. */
export async function adviseBrowsers(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(HEADERS);
    done();
  });
  if (origins.length === 0) return; // no header, no other site
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'x-api-key', 'credence-purpose', 'apollo-require-preflight'],
    exposedHeaders: EXPOSED,
    credentials: false, // nobody is known by a cookie
    maxAge: DAY_SECONDS,
  });
}
