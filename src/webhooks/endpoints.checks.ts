import { isStaff, type Actor } from '../access/actor.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isStorable } from '../kernel/text.ts';
import { PARTNER_TYPES, TOLD_KINDS, typesFor, type EventType, type ToldKind } from './event-types.ts';

const MOST_CHARACTERS = 200;
const MOST_OVERLAP_HOURS = 30 * 24;

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);

/** Staff say why. */
export const checkedReason = (actor: Actor, note: string | null): string | null =>
  isStaff(actor) ? checkedNote(note ?? '') : null;

export function checkedDescription(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= MOST_CHARACTERS && isStorable(trimmed) && trimmed.isWellFormed()) return trimmed;
  throw refused('DESCRIPTION_INVALID', `A description has at most ${MOST_CHARACTERS} characters.`, 'description');
}

/** Names of events, or `points.*` for all that begin so. */
export function checkedTypes(actor: Actor, patterns: readonly string[]): EventType[] {
  if (patterns.length === 0) throw refused('EVENT_TYPES_MISSING', 'Name at least one type of event.', 'eventTypes');
  const types = new Set(
    patterns.flatMap((pattern) => {
      const found = typesFor(pattern);
      if (found.length > 0) return found;
      throw refused('EVENT_TYPE_UNKNOWN', `There are no events of the type "${pattern.slice(0, 50)}".`, 'eventTypes');
    }),
  );
  const odd = actor.role === 'PARTNER' ? [...types].find((type) => !PARTNER_TYPES.includes(type)) : undefined;
  if (odd === undefined) return [...types].toSorted();
  throw new Refusal(
    'FORBIDDEN',
    'EVENT_TYPE_NOT_FOR_PARTNERS',
    `Partners are told of ${PARTNER_TYPES.join(', ')}; not of ${odd}.`,
    ['eventTypes'],
  );
}

export function checkedKinds(kinds: readonly string[]): ToldKind[] {
  if (kinds.length === 0) throw refused('SUBJECT_KINDS_MISSING', 'Name at least one kind of subject.', 'subjectKinds');
  const odd = kinds.find((kind) => !(TOLD_KINDS as readonly string[]).includes(kind));
  if (odd !== undefined)
    throw refused('SUBJECT_KIND_NOT_TOLD', `Nothing happens to a ${odd} that is told.`, 'subjectKinds');
  return TOLD_KINDS.filter((kind) => kinds.includes(kind));
}

export function checkedOverlap(hours: number): number {
  if (hours >= 0 && hours <= MOST_OVERLAP_HOURS) return hours;
  throw refused('OVERLAP_OUT_OF_RANGE', `Old and new overlap for 0 to ${MOST_OVERLAP_HOURS} hours.`, 'overlapHours');
}
