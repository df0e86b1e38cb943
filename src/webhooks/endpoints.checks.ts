import { isStaff, type Actor } from '../access/actor.ts';
import type { Call } from '../access/call.ts';
import { checkedNote } from '../kernel/note.ts';
import { Refusal } from '../kernel/refusal.ts';
import { isStorable } from '../kernel/text.ts';
import { allowedNow } from '../partners/allowed-now.ts';
import { PARTNER_TYPES, SCOPE_FOR, TOLD_KINDS, typesFor, type EventType, type ToldKind } from './event-types.ts';

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

/** Names of events, or `points.*` for all that begin so: for a partner, for those of them that partners are told. */
export function checkedTypes(actor: Actor, patterns: readonly string[]): EventType[] {
  if (patterns.length === 0) throw refused('EVENT_TYPES_MISSING', 'Name at least one type of event.', 'eventTypes');
  const types = new Set(patterns.flatMap((pattern) => typesToldTo(actor, pattern)));
  return [...types].toSorted();
}

function typesToldTo(actor: Actor, pattern: string): readonly EventType[] {
  const found = typesFor(pattern);
  if (found.length === 0)
    throw refused('EVENT_TYPE_UNKNOWN', `There are no events of the type "${pattern.slice(0, 50)}".`, 'eventTypes');
  const told = actor.role === 'PARTNER' ? found.filter((type) => PARTNER_TYPES.includes(type)) : found;
  if (told.length > 0) return told;
  throw new Refusal(
    'FORBIDDEN',
    'EVENT_TYPE_NOT_FOR_PARTNERS',
    `Partners are told of ${PARTNER_TYPES.join(', ')}; not of ${found[0]}.`,
    ['eventTypes'],
  );
}

/** What goes out without a call goes out under keys, and under none of them this would: better said now than never sent. */
export async function mustBeTold({ actor, sql, now }: Call, types: readonly EventType[]): Promise<void> {
  const { partnerId } = actor;
  if (actor.role !== 'PARTNER' || partnerId === undefined) return;
  const scopes = (await allowedNow(sql, [partnerId], now)).get(partnerId)?.scopes;
  const lacking = types.find((type) => !scopes?.has(SCOPE_FOR[type]!));
  if (lacking === undefined) return;
  throw new Refusal(
    'FORBIDDEN',
    'SCOPE_MISSING',
    `No API key of yours is good for ${SCOPE_FOR[lacking]}, so that ${lacking} would never be sent. Have one made, or leave it out.`,
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
