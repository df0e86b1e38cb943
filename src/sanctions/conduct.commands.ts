import type { Call } from '../access/call.ts';
import { once } from '../db/once.ts';
import { inTransaction } from '../db/tx.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { addConduct } from './conduct.queries.ts';
import { parseConduct } from './conduct-parse.ts';

const CLOCKS_DIFFER_MS = 60_000; // those of callers and of our processes, at most
const MOST_DAYS_AHEAD_MS = 3 * 366 * 86_400_000;

export interface SaveConduct {
  readonly document: unknown;
  readonly activeFrom: Date | null; // null: now
  readonly note: string;
  readonly idempotencyKey: string;
}

/** New rules of conduct, for what is decided from then on. What was decided before keeps the strikes and terms that it had. */
export function saveConduct(call: Call, input: SaveConduct): Promise<number> {
  const document = parseConduct(input.document);
  const note = checkedNote(input.note);
  const activeFrom = checkedFrom(input.activeFrom, call.now);
  const saved = { document, activeFrom, note, savedBy: call.actor.name, recordedAt: new Date(call.now) };
  return inTransaction(call.db.pool, (tx) => once(tx, call, 'saveConductPolicy', input, () => addConduct(tx, saved)));
}

function checkedFrom(from: Date | null, now: number): Date {
  const at = from?.getTime() ?? now;
  if (at < now - CLOCKS_DIFFER_MS)
    throw new Refusal('INVALID', 'DATE_IN_PAST', '`activeFrom` lies in the past.', ['activeFrom']);
  if (at > now + MOST_DAYS_AHEAD_MS)
    throw new Refusal('INVALID', 'DATE_TOO_FAR', '`activeFrom` lies more than three years ahead.', ['activeFrom']);
  return new Date(Math.max(at, now));
}
