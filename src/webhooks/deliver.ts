import type { Pool } from 'pg';
import { inTransaction, reader } from '../db/tx.ts';
import { enterPushed } from '../inquiries/pushed.ts';
import type { Log } from '../log.ts';
import { countWebhook } from '../telemetry/metrics.ts';
import { authorityFor, type Authority } from './authority.ts';
import { disableTold } from './disable.ts';
import * as queries from './lanes.queries.ts';
import type { Due } from './lanes.queries.ts';
import { requeueLane, type Lane } from './queue.queries.ts';
import { nextAttempt, restUntil, type Patience } from './retries.ts';
import { signingSecrets } from './secrets.queries.ts';
import type { Outcome, Sender } from './send.ts';
import { sealOf, signatures, unseal, type SigningSecret } from './signing.ts';

/** What delivering needs. */
export interface Delivering {
  readonly pool: Pool;
  readonly sender: Sender;
  readonly sealKey: Buffer;
  readonly patience: Patience;
  readonly clock: () => number;
  readonly log: Log;
}

/** Then others of the endpoint have their turn. */
const MOST_IN_A_ROW = 50;
const GONE = 410;
const QUOTA_PAUSE_MS = 600_000;
/** Those who waited for an endpoint together do not come back together. */
const SPREAD_MS = 1_000;

/** Sends what waits for an endpoint about one subject, in its order, until there is no more or one fails. `signal`: we stop; it throws. */
export async function deliverLane(delivering: Delivering, lane: Lane, signal?: AbortSignal): Promise<void> {
  const { pool, clock } = delivering;
  const sql = reader(pool);
  for (let sent = 0; sent < MOST_IN_A_ROW; sent++) {
    const due = await queries.nextDue(sql, lane.endpointId, lane.subjectId);
    if (!due || due.isOff) return; // whoever enables it has it queued again
    const now = clock();
    const from = Math.max(due.nextAttemptAt?.getTime() ?? 0, due.restsUntil?.getTime() ?? 0);
    if (from > now) {
      await requeueLane(sql, lane, new Date(from + Math.random() * SPREAD_MS));
      return;
    }
    if (!(await deliver(delivering, due, now, signal))) return;
  }
  await requeueLane(sql, lane, new Date(clock()));
}

/** False where the ones after it have to wait. */
async function deliver(delivering: Delivering, due: Due, now: number, signal?: AbortSignal): Promise<boolean> {
  const { pool, sender, clock } = delivering;
  const sql = reader(pool);
  const authority = await authorityFor(sql, [due], [due], now);
  if (!authority.mayBeTold(due, due)) {
    await queries.withhold(sql, due, new Date(now));
    countWebhook('WITHHELD');
    return true;
  }
  if (!(await isWithinQuota(delivering, due, authority, now))) {
    await queries.postpone(sql, due, new Date(now + QUOTA_PAUSE_MS));
    await requeueLane(sql, due, new Date(now + QUOTA_PAUSE_MS));
    return false;
  }
  const secrets = await secretsOf(delivering, due, now);
  if (!secrets) return false;
  const outcome = await sender.post({ url: due.url, headers: headersOf(due, secrets, now), body: due.body }, signal);
  return outcome.error === null ? taken(delivering, due, outcome) : failed(delivering, due, outcome, now, clock());
}

const SECOND_MS = 1_000;

function headersOf({ messageId, body }: Due, secrets: readonly SigningSecret[], now: number): Record<string, string> {
  const id = `msg_${messageId}`;
  const seconds = Math.floor(now / SECOND_MS);
  return {
    'content-type': 'application/json',
    'user-agent': 'Credence-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures(secrets, id, seconds, body),
  };
}

/** A change of a grade that goes to a partner is an inquiry like any other: written down before it goes out, and counted. */
async function isWithinQuota({ pool }: Delivering, due: Due, { allowed }: Authority, now: number): Promise<boolean> {
  const { partnerId, purpose, type, subjectKind, subjectId, deliveryId: id, occurredAt: at } = due;
  if (partnerId === null || purpose === null || subjectKind === null || type !== 'grade.changed') return true;
  const { terms } = allowed.get(partnerId)!;
  const pushed = { id, subjectId, subjectKind, operation: 'webhook', at };
  return enterPushed(reader(pool), { partnerId, purpose, terms }, pushed, now);
}

/** Null where they cannot be read: the secret of the installation is another now. */
async function secretsOf(delivering: Delivering, { endpointId }: Due, now: number): Promise<SigningSecret[] | null> {
  const { pool, sealKey } = delivering;
  const sealed = await signingSecrets(reader(pool), endpointId, new Date(now));
  try {
    if (sealed.length > 0) return sealed.map((each) => unseal(sealKey, each.sealed, sealOf(endpointId, each.place)));
  } catch {
    // told below; what it was sealed with is nobody's business
  }
  await inTransaction(pool, (tx) => disableTold(tx, endpointId, 'SECRET_UNREADABLE', now, delivering.log));
  return null;
}

async function taken({ pool, clock }: Delivering, due: Due, outcome: Outcome): Promise<boolean> {
  const sql = reader(pool);
  const { status: responseStatus, latencyMs } = outcome;
  countWebhook('DELIVERED');
  if (due.failures > 0) await queries.noteSuccess(sql, due.endpointId);
  const at = new Date(clock());
  const attempt = { at, nextAttemptAt: null, responseStatus, latencyMs, error: null };
  return queries.noteAttempt(sql, due, { status: 'DELIVERED', ...attempt });
}

/** What is written of it, and when it is tried again, are saved together. */
async function failed(delivering: Delivering, due: Due, outcome: Outcome, begun: number, now: number): Promise<false> {
  const { pool, patience, log } = delivering;
  const { status: responseStatus, latencyMs, error, retryAfterMs } = outcome;
  const firstAttemptAt = due.firstAttemptAt?.getTime() ?? begun;
  const failure = { attempts: due.attempts + 1, firstAttemptAt, retryAfterMs };
  const next = responseStatus === GONE ? null : nextAttempt(patience, failure, now, Math.random());
  countWebhook('FAILED');
  await inTransaction(pool, async (tx) => {
    const nextAttemptAt = next === null ? null : new Date(next);
    const attempt = { status: 'PENDING' as const, at: new Date(now), nextAttemptAt, responseStatus, latencyMs, error };
    if (!(await queries.noteAttempt(tx, due, attempt))) return;
    const failures = await queries.noteFailure(tx, due.endpointId, new Date(now));
    const restsUntil = restUntil(patience, failures, now);
    if (restsUntil !== null) await queries.rest(tx, due.endpointId, new Date(restsUntil));
    if (nextAttemptAt) await requeueLane(tx, due, nextAttemptAt);
    else await disableTold(tx, due.endpointId, responseStatus === GONE ? 'GONE' : 'FAILED_FOR_24_HOURS', now, log);
  });
  return false;
}
