import type { Pool } from 'pg';
import { inTransaction, reader } from '../db/tx.ts';
import type { Installation } from '../installation.ts';
import type { Log } from '../log.ts';
import { isAnyEndpoint, lockHead, saveInterest } from './endpoints.queries.ts';
import { fanOut } from './fan-out.ts';
import * as forgetting from './forget.queries.ts';
import { isAnythingUnqueued, queueLanes } from './queue.queries.ts';
import { reachOf } from './reach.ts';
import { keptSince } from './retention.ts';
import { PATIENCE, type Patience } from './retries.ts';
import { PACE, startRunner, type Pace, type Runner } from './runner.ts';
import { openSender, TIMEOUT_MS } from './send.ts';

export interface Webhooks {
  readonly pool: Pool;
  /** Of the same database: deliveries have connections of their own. */
  readonly url: string;
  readonly installation: Installation;
  readonly clock: () => number;
  readonly log: Log;
  readonly patience?: Patience;
  readonly pace?: Pace;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

const EVERY_MS = 500;
const QUEUED_AT_ONCE = 1_000;
const HOURLY_MS = 3_600_000;
const FORGOTTEN_AT_ONCE = 5_000;

/** What the worker does for this room, and what is to be stopped after it. While there is no endpoint, it is one look a moment. */
export function openWebhooks(webhooks: Webhooks) {
  const { pool, clock, everyMs = EVERY_MS } = webhooks;
  const running = new Running(webhooks);
  const send = {
    name: 'send webhooks',
    everyMs,
    run: async (now: number): Promise<void> => {
      await fanOut(pool, clock);
      if (await running.isUp(now)) await queueAll(pool);
    },
  };
  const forget = { name: 'forget old webhooks', everyMs: HOURLY_MS, run: (now: number) => forgetOld(pool, now) };
  return { jobs: [send, forget], stop: () => running.stop() };
}

/** Delivers in this process, from the first endpoint on. */
class Running {
  readonly #webhooks: Webhooks;
  #runner: Runner | null = null;
  #aliveFrom = 0;

  constructor(webhooks: Webhooks) {
    this.#webhooks = webhooks;
  }

  async isUp(now: number): Promise<boolean> {
    if (this.#runner?.hasEnded()) await this.stop();
    if (!this.#runner) {
      if (!(await isAnyEndpoint(reader(this.#webhooks.pool)))) return false;
      this.#runner = await this.#start();
    }
    const { leaseMs } = this.#webhooks.pace ?? PACE;
    if (now >= this.#aliveFrom) {
      await this.#runner.keepAlive(now);
      this.#aliveFrom = now + leaseMs / 4;
    }
    return true;
  }

  async #start(): Promise<Runner> {
    const { url, installation, clock, log, patience = PATIENCE, pace = PACE, timeoutMs = TIMEOUT_MS } = this.#webhooks;
    const sender = openSender(reachOf(installation), timeoutMs);
    this.#aliveFrom = 0;
    const runner = await startRunner(
      url,
      { sender, sealKey: installation.webhooks.sealKey, patience, clock, log },
      pace,
    );
    return {
      ...runner,
      stop: async () => {
        await runner.stop();
        sender.close();
      },
    };
  }

  async stop(): Promise<void> {
    const runner = this.#runner;
    this.#runner = null;
    await runner?.stop();
  }
}

async function queueAll(pool: Pool): Promise<void> {
  while (await isAnythingUnqueued(reader(pool)))
    if ((await inTransaction(pool, (tx) => queueLanes(tx, QUEUED_AT_ONCE))) === 0) return; // others are at it
}

/** What is too old, and what is left of endpoints that are no more. */
async function forgetOld(pool: Pool, now: number): Promise<void> {
  const sql = reader(pool);
  if (await isAnyEndpoint(sql))
    await inTransaction(pool, async (tx) => {
      await lockHead(tx);
      await saveInterest(tx, keptSince(now));
    });
  for (const forget of [forgetting.forgetDeliveries, forgetting.forgetOfDeleted, forgetting.forgetMessages])
    while ((await forget(sql, keptSince(now), FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
  await forgetting.forgetEndpoints(sql);
  await forgetting.forgetRunners(sql, keptSince(now));
}
