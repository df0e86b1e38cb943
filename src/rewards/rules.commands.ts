import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { isCurrency } from '../kernel/currency.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { proposable } from '../sanctions/approval.ts';
import { Proposal } from '../sanctions/proposal.ts';
import { parseRewards } from './rules-parse.ts';
import { givesMore } from './rules-widen.ts';
import { rewardsInForce } from './rules.loaders.ts';
import { addVersion } from './rules.queries.ts';
import type { Rewards } from './rules.ts';

const CLOCKS_DIFFER_MS = 60_000; // those of callers and of our processes, at most
const MOST_AHEAD_MS = 3 * 366 * 86_400_000;

export interface SaveRewards {
  readonly document: unknown;
  readonly activeFrom: Date | null; // null: now
  readonly note: string;
  readonly idempotencyKey: string;
}

interface Saved {
  readonly version: number | null; // null: it was proposed
  readonly proposalId: string | null;
}

/**
 * New rules of points, for what happens from then on. What was booked before keeps what it was decided by. Where they would give or take more
 * they are proposed: what one person may move on one account alone is limited, and would not be, if rules were not.
 */
export async function saveRewards(
  call: Call,
  input: SaveRewards,
): Promise<{ version: number | null; proposal: Proposal | null }> {
  const document = checkedRewards(input.document);
  const note = checkedNote(input.note);
  const draft = { document, activeFrom: checkedFrom(input.activeFrom, call.now) };
  const { version, proposalId } = await inTransaction(call.db.pool, (tx) =>
    once<Saved>(tx, call, 'saveRewardsPolicy', input, async () => {
      const { rewards } = await rewardsInForce(tx, draft.activeFrom);
      if (givesMore(rewards, document))
        return {
          version: null,
          proposalId: await proposed.propose(tx, call, { input: draft, summary: SUMMARY, note }),
        };
      return { version: await put(tx, call.now, draft, { note, savedBy: call.actor.name }), proposalId: null };
    }),
  );
  return { version, proposal: proposalId === null ? null : await call.em.findOneOrFail(Proposal, { id: proposalId }) };
}

interface Draft {
  readonly document: Rewards;
  readonly activeFrom: number; // ms since 1970
}

const SUMMARY = 'Puts rules of points in force that give more, or take more, than those before.';

const proposed = proposable<Draft>(
  'SAVE_REWARDS_POLICY',
  async (tx, call, { input, note, proposedBy }) => {
    if (call.actor.role !== 'ADMIN')
      throw new Refusal('FORBIDDEN', 'ADMIN_NEEDED', 'To new rules of points another ADMIN must agree.', [
        'proposalId',
      ]);
    await put(tx, call.now, input, { note, savedBy: proposedBy });
    return [];
  },
  ({ document, activeFrom }) => ({ document, activeFrom: new Date(activeFrom).toISOString() }),
);

const put = (
  tx: Tx,
  now: number,
  { document, activeFrom }: Draft,
  by: { readonly note: string; readonly savedBy: string },
): Promise<number> =>
  addVersion(tx, { document, activeFrom: new Date(Math.max(activeFrom, now)), ...by, recordedAt: new Date(now) });

/** Money that there is. Versions kept before are read as they are. */
function checkedRewards(value: unknown): Rewards {
  const document = parseRewards(value);
  const odd = Object.keys(document.redeeming.currencies).find((currency) => !isCurrency(currency));
  if (odd === undefined) return document;
  const path = ['redeeming', 'currencies', odd];
  const message = `${path.join('.')}: ${odd} is no currency by ISO 4217 such as EUR.`;
  throw new Refusal('INVALID', 'CURRENCY_UNKNOWN', message, path);
}

function checkedFrom(from: Date | null, now: number): number {
  const at = from?.getTime() ?? now;
  if (at < now - CLOCKS_DIFFER_MS)
    throw new Refusal('INVALID', 'DATE_IN_PAST', '`activeFrom` lies in the past.', ['activeFrom']);
  if (at > now + MOST_AHEAD_MS)
    throw new Refusal('INVALID', 'DATE_TOO_FAR', '`activeFrom` lies more than three years ahead.', ['activeFrom']);
  return Math.max(at, now);
}
