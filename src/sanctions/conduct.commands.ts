import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction, type Tx } from '../db/tx.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { proposable } from './approval.ts';
import { conductInForce } from './conduct.loaders.ts';
import { parseConduct } from './conduct-parse.ts';
import { addConduct } from './conduct.queries.ts';
import type { Conduct } from './conduct.ts';
import { Proposal } from './proposal.ts';

const CLOCKS_DIFFER_MS = 60_000; // those of callers and of our processes, at most
const MOST_DAYS_AHEAD_MS = 3 * 366 * 86_400_000;

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
export async function saveConduct(
  call: Call,
  input: SaveConduct,
): Promise<{ version: number | null; proposal: Proposal | null }> {
  const document = parseConduct(input.document);
  const note = checkedNote(input.note);
  const draft = { document, activeFrom: checkedFrom(input.activeFrom, call.now) };
  const { version, proposalId } = await inTransaction(call.db.pool, (tx) =>
    once<{ version: number | null; proposalId: string | null }>(tx, call, 'saveConductPolicy', input, async () => {
      const { conduct } = await conductInForce(tx, draft.activeFrom);
      if (widens(conduct.secondPerson, document.secondPerson))
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
  readonly document: Conduct;
  readonly activeFrom: number; // ms since 1970
}

const SUMMARY = 'Puts rules of conduct in force by which one person decides more alone.';

const proposed = proposable<Draft>(
  'SAVE_CONDUCT_POLICY',
  async (tx, call, { input, note, proposedBy }) => {
    if (call.actor.role !== 'ADMIN')
      throw new Refusal('FORBIDDEN', 'ADMIN_NEEDED', 'To new rules of conduct another ADMIN must agree.', [
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
  addConduct(tx, { document, activeFrom: new Date(Math.max(activeFrom, now)), ...by, recordedAt: new Date(now) });

/** Whether something that needed a second person would need none. */
const widens = (before: Conduct['secondPerson'], after: Conduct['secondPerson']): boolean =>
  after.pointsAbove > before.pointsAbove ||
  after.reviewsAbove > before.reviewsAbove ||
  before.kinds.some((kind) => !after.kinds.includes(kind));

function checkedFrom(from: Date | null, now: number): number {
  const at = from?.getTime() ?? now;
  if (at < now - CLOCKS_DIFFER_MS)
    throw new Refusal('INVALID', 'DATE_IN_PAST', '`activeFrom` lies in the past.', ['activeFrom']);
  if (at > now + MOST_DAYS_AHEAD_MS)
    throw new Refusal('INVALID', 'DATE_TOO_FAR', '`activeFrom` lies more than three years ahead.', ['activeFrom']);
  return Math.max(at, now);
}
