import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';

const PATIENCE_MS = 2000;

/** For whoever starts, watches and feeds this process. `isStopping`: no more work, please. */
export function serveHealth(app: FastifyInstance, pool: Pool, isStopping: () => boolean): void {
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const status = isStopping() ? 'stopping' : (await answers(pool)) ? 'ready' : 'no database';
    return reply.code(status === 'ready' ? 200 : 503).send({ status });
  });
}

async function answers(pool: Pool): Promise<boolean> {
  const answer = pool.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answer, pause(PATIENCE_MS, false, { ref: false })]);
}
