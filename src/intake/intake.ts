import { createHmac, createSecretKey } from 'node:crypto';
import type { Pool } from 'pg';
import type { Call } from '../access/call.ts';
import { inTransaction } from '../db/tx.ts';
import { foldingsAt } from '../grades/foldings.ts';
import type { Envelope, Outcome } from './event.ts';
import { luckOfEvents } from './luck.ts';
import { takeIn, type Intake } from './take-in.ts';

/** Addresses, devices and payment instruments are kept as keyed hashes only: equal ones can be seen to be equal, and no more. */
function hashWith(secret: Buffer): Intake['hash'] {
  const key = createSecretKey(secret);
  return (kind, value) => createHmac('sha256', key).update(`${kind}\0${value}`).digest().subarray(0, 16);
}

export const intakeAt = (hashSecret: Buffer, now: number): Intake => ({
  now,
  hash: hashWith(hashSecret),
  foldings: foldingsAt(now),
});

/** The same of live events. */
export const intakeOf = ({ pool, hashSecret }: Call['db'], now: number): Intake => ({
  ...intakeAt(hashSecret, now),
  luck: () => luckOfEvents(pool),
});

/** Takes a batch in, in a transaction of its own. */
export const takeInBatch = (pool: Pool, envelopes: readonly Envelope[], intake: Intake): Promise<Outcome[]> =>
  inTransaction(pool, (tx) => takeIn(tx, envelopes, intake));
