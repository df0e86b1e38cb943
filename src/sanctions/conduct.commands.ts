import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { checkedNote } from '../kernel/note.ts';
import { conductInForce } from './conduct.loaders.ts';
import { parseConduct } from './conduct-parse.ts';
import { addConduct } from './conduct.queries.ts';
import type { Conduct } from './conduct.ts';
import { rulesForTwo, shownSaved, type SavedVersion } from './rules-for-two.ts';

export interface SaveConduct {
  readonly document: unknown;
  readonly activeFrom: Date | null; // null: now
  readonly note: string;
  readonly idempotencyKey: string;
}

/**
 * New rules of conduct, for what is decided from then on. What was decided before keeps the strikes and terms that it had. Where they would let
 * one person decide more alone they are proposed: otherwise one person could lift what binds that very person.
 */
export async function saveConduct(call: Call, input: SaveConduct): Promise<SavedVersion> {
  const asked = { document: parseConduct(input.document), activeFrom: input.activeFrom, note: checkedNote(input.note) };
  const saved = await inTransaction(call.db.pool, (tx) =>
    once(tx, call, 'saveConductPolicy', input, () => save(tx, call, asked)),
  );
  return shownSaved(call, saved);
}

const save = rulesForTwo<Conduct>({
  action: 'SAVE_CONDUCT_POLICY',
  summary: 'Puts rules of conduct in force by which one person decides more alone.',
  name: 'rules of conduct',
  inForce: async (tx, at) => (await conductInForce(tx, at)).conduct,
  widens: (before, after) => widens(before.secondPerson, after.secondPerson),
  add: addConduct,
});

/** Whether something that needed a second person would need none. */
const widens = (before: Conduct['secondPerson'], after: Conduct['secondPerson']): boolean =>
  after.pointsAbove > before.pointsAbove ||
  after.reviewsAbove > before.reviewsAbove ||
  before.kinds.some((kind) => !after.kinds.includes(kind));
