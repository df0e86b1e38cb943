import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { readBacklogs } from '../db/backlogs.ts';
import { reader } from '../db/tx.ts';
import { exposition, startMetrics, type Exposition } from '../telemetry/metrics.ts';

export interface MetricsSettings {
  readonly metricsPort: number | null; // null: none of its own
  readonly metricsHost: string;
  readonly metricsToken: string | null; // null: none is asked for
}

export interface ServedMetrics extends MetricsSettings {
  /** Where another process collects them; else those of this one are shown. */
  readonly exposed?: (() => Promise<Exposition>) | undefined;
}

/** What is not told to everybody: on a port of its own, or to those with the token; to nobody unless one of them is set. */
export async function serveMetrics(
  app: FastifyInstance,
  pool: Pool,
  { exposed, ...settings }: ServedMetrics,
  clock: () => number,
): Promise<{ readonly close: () => Promise<void> }> {
  const { metricsPort, metricsToken } = settings;
  if (metricsPort === null && metricsToken === null) return { close: async () => {} };
  await startMetrics();
  const own = async () => exposition(pool, await readBacklogs(reader(pool), clock()));
  if (metricsPort !== null) return openMetrics({ ...settings, metricsPort }, exposed ?? own);
  app.get('/metrics', answering(metricsToken, exposed ?? own));
  return { close: async () => {} };
}

/** On a port of their own. */
export async function openMetrics(
  { metricsPort: port, metricsHost: host, metricsToken }: MetricsSettings & { readonly metricsPort: number },
  exposed: () => Promise<Exposition>,
): Promise<{ readonly close: () => Promise<void> }> {
  const app = Fastify({ logger: false, requestTimeout: 10_000 });
  app.get('/metrics', answering(metricsToken, exposed));
  await app.listen({ host, port });
  return { close: () => app.close() };
}

const answering =
  (token: string | null, exposed: () => Promise<Exposition>) =>
  async (request: FastifyRequest, reply: FastifyReply) => {
    if (token !== null && !isBearer(request.headers.authorization, token))
      return reply.code(401).header('www-authenticate', 'Bearer realm="credence metrics"').send();
    const { type, text } = await exposed();
    return reply.type(type).send(text);
  };

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time, however much of it is right. */
const isBearer = (header: string | undefined, token: string): boolean =>
  timingSafeEqual(digestOf(header ?? ''), digestOf(`Bearer ${token}`));
