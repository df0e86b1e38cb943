import { createHash } from 'node:crypto';
import { Refusal } from '../kernel/refusal.ts';
import { enterDeed, markEntered, type Doer } from './audit.ts';
import { sortedJson } from './sorted-json.ts';
import type { Tx } from './tx.ts';

interface Kept {
  readonly fingerprint: Buffer;
  readonly answer: unknown;
}

const MAX_KEY_LENGTH = 255;

/**
 * Does `work` once for its key. A repeat gets the first answer, as JSON; other input under the key is refused. Of two at the
 * same moment the second waits for the first. A refusal leaves nothing behind, so the key can be used again. What staff do is
 * entered in the audit log with it.
 */
export async function once<Answer>(
  tx: Tx,
  doer: Doer,
  operation: string,
  input: { readonly idempotencyKey: string },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { idempotencyKey, ...rest } = input;
  checkKey(idempotencyKey);
  const key = [doer.actor.name, operation, idempotencyKey] as const;
  const fingerprint = createHash('sha256').update(sortedJson(rest)).digest();
  markEntered(doer, operation);
  for (;;) {
    if (await claim(tx, key, fingerprint, doer.now)) {
      const answer = await work();
      await enterDeed(tx, doer, operation, rest, answer);
      return keep<Answer>(tx, key, answer);
    }
    const kept = await find(tx, key);
    if (!kept) continue; // it was swept away in between
    if (kept.fingerprint.equals(fingerprint)) return kept.answer as Answer;
    throw keyReused();
  }
}

export const keyReused = (): Refusal =>
  new Refusal(
    'CONFLICT',
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotency key has been used with other input. Use a new key for a new change.',
    ['idempotencyKey'],
  );

/** Waits while another holder of the key is at work, and fails to claim when that one has committed. */
async function claim(tx: Tx, key: readonly string[], fingerprint: Buffer, now: number): Promise<boolean> {
  const claimed = await tx.query(
    'once.claim',
    `insert into keyed_call (actor, operation, key, fingerprint, created_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning actor`,
    [...key, fingerprint, new Date(now)],
  );
  return claimed.length === 1;
}

/** What a repeat will get, so that the first call gets no other shape of it. */
async function keep<Answer>(tx: Tx, key: readonly string[], answer: Answer): Promise<Answer> {
  const [kept] = await tx.query<{ answer: Answer }>(
    'once.keep',
    'update keyed_call set answer = $4 where actor = $1 and operation = $2 and key = $3 returning answer',
    [...key, JSON.stringify(answer ?? null)],
  );
  return kept!.answer;
}

async function find(tx: Tx, key: readonly string[]): Promise<Kept | undefined> {
  const [kept] = await tx.query<Kept>(
    'once.find',
    'select fingerprint, answer from keyed_call where actor = $1 and operation = $2 and key = $3',
    key,
  );
  return kept;
}

export function checkKey(key: string): void {
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH && !key.includes('\0')) return;
  throw new Refusal('INVALID', 'IDEMPOTENCY_KEY_INVALID', `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters.`, [
    'idempotencyKey',
  ]);
}
