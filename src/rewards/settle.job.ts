import type { Pool } from 'pg';
import { inTransaction, type Tx } from '../db/tx.ts';
import {
  dropChangedFacts,
  postponeChangedFacts,
  takeChangedFacts,
  type WaitingFact,
} from '../evidence/changed-facts.ts';
import { Refusal } from '../kernel/refusal.ts';
import { settleFacts } from './settle.commands.ts';

const EVERY_MS = 1_000;
/** Facts in one transaction. */
const AT_ONCE = 500;
/** What cannot be booked, such as points that an account has no room for, is tried again after so long. */
const LATER_MS = 3_600_000;

/** The worker's: books what facts are worth, soon after they changed. Several processes share the work. */
export const settleRewards = (pool: Pool) => ({
  name: 'give points for what happened',
  everyMs: EVERY_MS,
  run: async (now: number, signal?: AbortSignal): Promise<void> => {
    let seen = AT_ONCE;
    while (seen === AT_ONCE) {
      if (signal?.aborted) return;
      seen = await settleNext(pool, now);
    }
  },
});

/** How many facts were looked at. Where one of them cannot be booked, each is tried alone, so that no other waits for it. */
async function settleNext(pool: Pool, now: number): Promise<number> {
  let taken: readonly WaitingFact[] = [];
  try {
    return await inTransaction(pool, async (tx) => (taken = await settleSome(tx, now, AT_ONCE)).length);
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'UNAVAILABLE') throw error;
  }
  const failures: unknown[] = [];
  for (let tried = 0; tried < AT_ONCE; tried++) {
    try {
      taken = await inTransaction(pool, (tx) => settleSome(tx, now, 1, (facts) => (taken = facts)));
      if (taken.length === 0) break;
    } catch (error) {
      failures.push(error);
      await inTransaction(pool, (tx) => postponeChangedFacts(tx, taken, now + LATER_MS));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} facts cannot be booked yet`);
  return AT_ONCE;
}

async function settleSome(
  tx: Tx,
  now: number,
  most: number,
  take: (facts: readonly WaitingFact[]) => void = () => {},
): Promise<readonly WaitingFact[]> {
  const facts = await takeChangedFacts(tx, now, most);
  take(facts);
  if (facts.length === 0) return facts;
  await settleFacts(tx, now, facts);
  await dropChangedFacts(tx, facts);
  return facts;
}
