import type { Call } from '../access/call.ts';
import { checkedNote } from '../kernel/note.ts';
import { conductInForce } from './conduct.loaders.ts';
import { parseConduct } from './conduct-parse.ts';
import { addConduct } from './conduct.queries.ts';
import type { Conduct } from './conduct.ts';
import { rulesForTwo, type SavedVersion } from './rules-for-two.ts';

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
  const document = parseConduct(input.document);
  return save(call, input, { document, activeFrom: input.activeFrom, note: checkedNote(input.note) });
}

const save = rulesForTwo<Conduct>({
  operation: 'saveConductPolicy',
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
