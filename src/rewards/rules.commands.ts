import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { isCurrency } from '../kernel/currency.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { rulesForTwo, shownSaved, type SavedVersion } from '../sanctions/rules-for-two.ts';
import { parseRewards } from './rules-parse.ts';
import { givesMore } from './rules-widen.ts';
import { rewardsInForce } from './rules.loaders.ts';
import { addVersion } from './rules.queries.ts';
import type { Rewards } from './rules.ts';

export interface SaveRewards {
  readonly document: unknown;
  readonly activeFrom: Date | null; // null: now
  readonly note: string;
  readonly idempotencyKey: string;
}

/**
 * New rules of points, for what happens from then on. What was booked before keeps what it was decided by. Where they would give or take more
 * they are proposed: what one person may move on one account alone is limited, and would not be, if rules were not.
 */
export async function saveRewards(call: Call, input: SaveRewards): Promise<SavedVersion> {
  const asked = {
    document: checkedRewards(input.document),
    activeFrom: input.activeFrom,
    note: checkedNote(input.note),
  };
  const saved = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'saveRewardsPolicy', input, () => save(tx, call, asked)),
  );
  return shownSaved(call, saved);
}

const save = rulesForTwo<Rewards>({
  action: 'SAVE_REWARDS_POLICY',
  summary: 'Puts rules of points in force that give more, or take more, than those before.',
  name: 'rules of points',
  inForce: async (tx, at) => (await rewardsInForce(tx, at)).rewards,
  widens: givesMore,
  add: addVersion,
});

/** Money that there is. Versions kept before are read as they are. */
function checkedRewards(value: unknown): Rewards {
  const document = parseRewards(value);
  const odd = Object.keys(document.redeeming.currencies).find((currency) => !isCurrency(currency));
  if (odd === undefined) return document;
  const path = ['redeeming', 'currencies', odd];
  const message = `${path.join('.')}: ${odd} is no currency by ISO 4217 such as EUR.`;
  throw new Refusal('INVALID', 'CURRENCY_UNKNOWN', message, path);
}
