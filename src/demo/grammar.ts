import type { Random } from './random.ts';

/** Phrases by what they are about; `{name}` stands for one of the phrases `name`, or for a word that the caller gives. */
export type Grammar = Readonly<Record<string, readonly string[]>>;

/** A list of short phrases on one line. */
export const either = (phrases: string): readonly string[] => phrases.split(' | ');

const SLOT = /\{(\w+)\}/g;
export function composed(
  random: Random,
  grammar: Grammar,
  topic: string,
  words: Readonly<Record<string, string>>,
): string {
  const phrases = grammar[topic];
  if (!phrases) throw new RangeError(`the grammar has no ${topic}`);
  return random
    .pick(phrases)
    .replaceAll(SLOT, (_, name: string) => words[name] ?? composed(random, grammar, name, words));
}
