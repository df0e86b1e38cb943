import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { readBacklogs } from '../db/backlogs.ts';
import { reader } from '../db/tx.ts';
import { exposition, startMetrics } from '../telemetry/metrics.ts';

export interface MetricsSettings {
  readonly metricsPort: number | null; // null: none of its own
  readonly metricsHost: string;
  readonly metricsToken: string | null; // null: none is asked for
}

/** What is not told to everybody: on a port of its own, or to those with the token; to nobody unless one of them is set. */
export async function serveMetrics(
  app: FastifyInstance,
  pool: Pool,
  { metricsPort, metricsHost, metricsToken }: MetricsSettings,
  clock: () => number,
): Promise<{ readonly close: () => Promise<void> }> {
  if (metricsPort === null && metricsToken === null) return { close: async () => {} };
  await startMetrics();
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    if (metricsToken !== null && !isBearer(request.headers.authorization, metricsToken))
      return reply.code(401).header('www-authenticate', 'Bearer realm="credence metrics"').send();
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = pool;
    const backlogs = await readBacklogs(reader(pool), clock());
    const { type, text } = await exposition({ connections: { total, idle, waiting }, ...backlogs });
    return reply.type(type).send(text);
  };
  if (metricsPort === null) {
    app.get('/metrics', answer);
    return { close: async () => {} };
  }
  const own = Fastify({ logger: false, requestTimeout: 10_000 });
  own.get('/metrics', answer);
  await own.listen({ host: metricsHost, port: metricsPort });
  return { close: () => own.close() };
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time, however much of it is right. */
const isBearer = (header: string | undefined, token: string): boolean =>
  timingSafeEqual(digestOf(header ?? ''), digestOf(`Bearer ${token}`));
