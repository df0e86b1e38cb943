import type { Call } from '../access/call.ts';
import type { Tx } from '../db/tx.ts';
import { Refusal } from '../kernel/refusal.ts';
import { proposable } from './approval.ts';
import { Proposal } from './proposal.ts';

/** A version as it is written. */
export interface NewVersion<Document> {
  readonly document: Document;
  readonly activeFrom: Date;
  readonly note: string;
  readonly savedBy: string;
  readonly recordedAt: Date;
}

/** Rules of which there are versions, and which one ADMIN may not make wider alone. */
export interface RulesForTwo<Document> {
  readonly action: string; // of the proposal
  readonly summary: string; // what wider rules would do, in a sentence
  readonly name: string; // "rules of conduct"
  inForce(tx: Tx, at: number): Promise<Document>;
  /** Whether two must agree. */
  widens(before: Document, after: Document): boolean;
  /** Its number. */
  add(tx: Tx, version: NewVersion<Document>): Promise<number>;
}

/** What was asked for, checked but for its date. */
export interface AskedVersion<Document> {
  readonly document: Document;
  readonly activeFrom: Date | null; // null: now
  readonly note: string;
}

/** One of both is null: it was saved, or proposed. */
export interface Saved {
  readonly version: number | null;
  readonly proposalId: string | null;
}
export interface SavedVersion {
  readonly version: number | null;
  readonly proposal: Proposal | null;
}

export const shownSaved = async (call: Call, { version, proposalId }: Saved): Promise<SavedVersion> => ({
  version,
  proposal: proposalId === null ? null : await call.em.findOneOrFail(Proposal, { id: proposalId }),
});

interface Draft<Document> {
  readonly document: Document;
  readonly activeFrom: number; // ms since 1970
}

/** Saves a new version, or proposes it where it is wider than what would be in force by then. */
export function rulesForTwo<Document>(rules: RulesForTwo<Document>) {
  const put = (tx: Tx, now: number, { document, activeFrom }: Draft<Document>, note: string, savedBy: string) =>
    rules.add(tx, {
      document,
      activeFrom: new Date(Math.max(activeFrom, now)),
      note,
      savedBy,
      recordedAt: new Date(now),
    });
  const proposed = proposable<Draft<Document>>(
    rules.action,
    async (tx, call, { input, note, proposedBy }) => {
      if (call.actor.role !== 'ADMIN')
        throw new Refusal('FORBIDDEN', 'ADMIN_NEEDED', `To new ${rules.name} another ADMIN must agree.`, [
          'proposalId',
        ]);
      await put(tx, call.now, input, note, proposedBy);
      return [];
    },
    ({ document, activeFrom }) => ({ document, activeFrom: new Date(activeFrom).toISOString() }),
  );
  return async (tx: Tx, call: Call, asked: AskedVersion<Document>): Promise<Saved> => {
    const { document, note } = asked;
    const draft = { document, activeFrom: checkedFrom(asked.activeFrom, call.now) };
    if (!rules.widens(await rules.inForce(tx, draft.activeFrom), document))
      return { version: await put(tx, call.now, draft, note, call.actor.name), proposalId: null };
    return {
      version: null,
      proposalId: await proposed.propose(tx, call, { input: draft, summary: rules.summary, note }),
    };
  };
}

const CLOCKS_DIFFER_MS = 60_000; // those of callers and of our processes, at most
const MOST_AHEAD_MS = 3 * 366 * 86_400_000;

function checkedFrom(from: Date | null, now: number): number {
  const at = from?.getTime() ?? now;
  if (at < now - CLOCKS_DIFFER_MS)
    throw new Refusal('INVALID', 'DATE_IN_PAST', '`activeFrom` lies in the past.', ['activeFrom']);
  if (at > now + MOST_AHEAD_MS)
    throw new Refusal('INVALID', 'DATE_TOO_FAR', '`activeFrom` lies more than three years ahead.', ['activeFrom']);
  return Math.max(at, now);
}
