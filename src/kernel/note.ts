import { Refusal } from './refusal.ts';
import { isStorable } from './text.ts';

const MOST_CHARACTERS = 2_000;

/** Why staff does what it does: it must be said, and is kept. */
export function checkedNote(note: string): string {
  const text = note.trim();
  if (text === '') throw new Refusal('INVALID', 'NOTE_MISSING', 'Say why, in `note`.', ['note']);
  if (!isStorable(text) || !text.isWellFormed())
    throw new Refusal(
      'INVALID',
      'NOTE_INVALID',
      '`note` has a character that is none: a NUL, or half a surrogate pair.',
      ['note'],
    );
  if (text.length > MOST_CHARACTERS)
    throw new Refusal('INVALID', 'NOTE_TOO_LONG', `A note has at most ${MOST_CHARACTERS} characters.`, ['note']);
  return text;
}
