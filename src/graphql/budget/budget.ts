import type { Pool } from 'pg';
import { underNoDeadline } from '../../db/deadline.ts';
import { isConnectionLoss } from '../../db/failures.ts';
import { reader } from '../../db/tx.ts';
import { available, restoreMs, type Allowance } from '../../kernel/allowance.ts';
import type { Awaitable } from '../../kernel/awaitable.ts';
import { Refusal } from '../../kernel/refusal.ts';
import type { Log } from '../../log.ts';
import { settleBudgets } from './budget.queries.ts';

/** The share of a bucket that one process may let a caller take before it tells the others. */
const UNSETTLED_SHARE = 1 / 40;
const SETTLE_EVERY_MS = 1000;
const MAX_CALLERS = 100_000; // some 20 MB
const MAX_IN_A_STATEMENT = 5_000;

/** A caller's bucket as this process knows it. */
interface Bucket {
  readonly caller: string;
  readonly allowance: Allowance;
  fullAt: number; // by this process's clock, ms
  unsettled: number; // points that were taken here and the database does not know of; less than 0: given back
  settling: number; // points of which it is being told now
}

export interface Taken {
  readonly isGranted: boolean;
  readonly available: number; // points, after it
  readonly retryMs: number; // when so many points will have come back; 0 where it was granted
}

/**
 * The callers' buckets. What is taken is counted here and told to the database once a second, for all callers in one statement; at
 * once where a process has let a caller take 1/40 of its bucket.
 *
 * So of P processes at once each may grant at most 1/40 of a bucket that the others do not know of: in any T seconds a caller
 * gets at most maximum + restoreRate × T + (P − 1) × maximum / 40 points. A process that is killed forgets what it had not told.
 */
export class Budgets {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #clock: () => number;
  readonly #buckets = new Map<string, Bucket>();
  readonly #touched = new Set<Bucket>();
  #timer: NodeJS.Timeout | undefined;
  #settlement: Promise<void> | undefined;

  /** `clock`: ms, of any start. */
  constructor(pool: Pool, log: Log, clock: () => number) {
    this.#pool = pool;
    this.#log = log;
    this.#clock = clock;
  }

  /** Points for something that is about to be done. They are not taken when there are too few. */
  take(caller: string, allowance: Allowance, points: number): Awaitable<Taken> {
    const bucket = this.#bucketOf(caller, allowance);
    if (this.#leftIn(bucket) < points) return this.#refused(bucket, points);
    this.#add(bucket, points);
    if (bucket.unsettled + bucket.settling > allowance.maximum * UNSETTLED_SHARE)
      return this.#takenWhenSettled(bucket, points);
    return { isGranted: true, available: this.#leftIn(bucket), retryMs: 0 };
  }

  async #takenWhenSettled(bucket: Bucket, points: number): Promise<Taken> {
    await this.#settled(); // the one under way may not know of these points
    await this.settle();
    if (this.#leftIn(bucket) >= 0) return { isGranted: true, available: this.#leftIn(bucket), retryMs: 0 };
    this.#add(bucket, -points); // other processes had taken it
    return this.#refused(bucket, points);
  }

  /** Points of something that has been done, or, less than 0, that turned out not to be needed. */
  charge(caller: string, allowance: Allowance, points: number): number {
    const bucket = this.#bucketOf(caller, allowance);
    this.#add(bucket, points);
    return this.#leftIn(bucket);
  }

  /** How many points are left; less than 0 where more was charged. */
  left(caller: string, allowance: Allowance): number {
    return this.#leftIn(this.#bucketOf(caller, allowance));
  }

  /** Tells the database of all that was taken here, and learns what was taken elsewhere. */
  settle(): Promise<void> {
    return (this.#settlement ??= underNoDeadline(() => this.#settleNow()).finally(
      () => (this.#settlement = undefined),
    ));
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#settled();
    await this.settle().catch(() => {}); // what was not told is forgotten
    clearTimeout(this.#timer);
  }

  #refused(bucket: Bucket, points: number): Taken {
    this.#touch(bucket); // others may have given back meanwhile
    const left = this.#leftIn(bucket);
    return { isGranted: false, available: left, retryMs: restoreMs(bucket.allowance, points - left) };
  }

  #leftIn({ allowance, fullAt }: Bucket): number {
    return available(allowance, fullAt, this.#clock());
  }

  #add(bucket: Bucket, points: number): void {
    bucket.fullAt = Math.max(bucket.fullAt, this.#clock()) + restoreMs(bucket.allowance, points);
    bucket.unsettled += points;
    this.#touch(bucket);
  }

  #touch(bucket: Bucket): void {
    this.#touched.add(bucket);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.settle().catch((error: unknown) => {
        if (!isConnectionLost(error)) this.#log.error({ err: error }, 'budgets cannot be settled');
      });
    }, SETTLE_EVERY_MS).unref();
  }

  #bucketOf(caller: string, allowance: Allowance): Bucket {
    const known = this.#buckets.get(caller);
    if (known) return known;
    if (this.#buckets.size >= MAX_CALLERS) this.#forgetFirst();
    const bucket = { caller, allowance, fullAt: 0, unsettled: 0, settling: 0 };
    this.#buckets.set(caller, bucket);
    return bucket;
  }

  #forgetFirst(): void {
    const [[caller, bucket]] = this.#buckets as unknown as [[string, Bucket]];
    this.#buckets.delete(caller);
    this.#touched.delete(bucket);
  }

  #settled(): Promise<void> {
    return this.#settlement?.catch(() => {}) ?? Promise.resolve();
  }

  async #settleNow(): Promise<void> {
    const batch = [...this.#touched].slice(0, MAX_IN_A_STATEMENT);
    for (const bucket of batch) {
      this.#touched.delete(bucket);
      bucket.settling = bucket.unsettled;
      bucket.unsettled = 0;
    }
    if (batch.length === 0) return;
    try {
      await this.#tell(batch);
    } catch (error) {
      for (const bucket of batch) {
        bucket.unsettled += bucket.settling;
        this.#touch(bucket);
      }
      throw error;
    } finally {
      for (const bucket of batch) bucket.settling = 0;
    }
    if (this.#touched.size > 0) this.#touch(this.#touched.values().next().value!);
  }

  async #tell(batch: readonly Bucket[]): Promise<void> {
    const known = new Map(batch.map((bucket) => [bucket.caller, bucket]));
    const taken = [...known.values()].map(({ allowance, settling }) => restoreMs(allowance, settling));
    for (const { caller, fullInMs } of await settleBudgets(reader(this.#pool), [...known.keys()], taken)) {
      const bucket = known.get(caller)!;
      bucket.fullAt = this.#clock() + Math.max(0, fullInMs) + restoreMs(bucket.allowance, bucket.unsettled);
    }
    this.#forgetFull();
  }

  /** A full bucket is as good as a new one. */
  #forgetFull(): void {
    const now = this.#clock();
    for (const [caller, bucket] of this.#buckets)
      if (bucket.fullAt <= now && !this.#touched.has(bucket)) this.#buckets.delete(caller);
  }
}

const isConnectionLost = (error: unknown): boolean =>
  isConnectionLoss(error) || (error instanceof Refusal && error.kind === 'UNAVAILABLE');
