import type { Actor } from '../access/actor.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isStorable } from '../kernel/text.ts';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 90;
const MOST_DAYS = 366;

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);

/** When a consent ends of itself; in 90 days, where nothing is said. `now`: ms since 1970. */
export function checkedUntil(until: Date | null, now: number): Date {
  const at = until?.getTime() ?? now + USUAL_DAYS * DAY_MS;
  if (at <= now) throw refused('UNTIL_IN_PAST', '`until` must lie in the future.', 'until');
  if (at > now + MOST_DAYS * DAY_MS)
    throw refused('UNTIL_TOO_LATE', `A consent holds for ${MOST_DAYS} days at most; then it is renewed.`, 'until');
  return new Date(at);
}

const MOST_CHARACTERS = 200;

/** Where the marketplace keeps a buyer's word that it passes on. A reference, so that nothing of the person is kept here. */
export function checkedProof({ role }: Actor, proof: string | null): string | null {
  if (role === 'BUYER' && proof !== null)
    throw refused('PROOF_UNEXPECTED', 'Your own word needs no proof: leave `proof` out.', 'proof');
  if (role === 'BUYER') return null;
  const text = proof?.trim() ?? '';
  if (text === '') throw refused('PROOF_MISSING', "Say where you keep the buyer's word, in `proof`.", 'proof');
  if (text.length <= MOST_CHARACTERS && isStorable(text) && text.isWellFormed()) return text;
  throw refused('PROOF_INVALID', `A proof is a reference of 1 to ${MOST_CHARACTERS} characters.`, 'proof');
}
