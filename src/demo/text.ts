import { composed } from './grammar.ts';
import type { Grammar } from './grammar.ts';
import type { Random } from './random.ts';
import { ENGLISH } from './text-en.ts';
import { CHINESE } from './text-zh.ts';
import { WARES, wordIn } from './wares.ts';
import type { Tongue, Ware, Words } from './wares.ts';

/** What there is to write about. */
export interface Matter {
  readonly ware: Ware;
  readonly noun: Words; // what was bought
  readonly stars: number;
  readonly days: number; // from the order to the delivery
  readonly grievance: 'DEFECT' | 'NOT_AS_DESCRIBED' | null;
  readonly isMended: boolean;
  readonly isLate: boolean;
}

/** Books have other parts than boots: the tongue's grammar with the ware's own words. */
const grammarsIn = (tongue: Tongue, grammar: Grammar): ReadonlyMap<Ware, Grammar> =>
  new Map(
    WARES.map((ware) => [
      ware,
      {
        ...grammar,
        part: ware.parts.map((words) => wordIn(words, tongue)),
        where: ware.places.map((words) => wordIn(words, tongue)),
      },
    ]),
  );
const GRAMMARS = { en: grammarsIn('en', ENGLISH), zh: grammarsIn('zh', CHINESE) };

/** A review's text: a sentence of its mood, then some of what happened, in any order. */
export function reviewText(random: Random, tongue: Tongue, matter: Matter): string {
  const grammar = GRAMMARS[tongue].get(matter.ware);
  if (!grammar) throw new RangeError(`no words for ${matter.ware.category}`);
  const words = { noun: wordIn(matter.noun, tongue), days: String(Math.max(1, Math.round(matter.days))) };
  if (matter.stars === 5 && random.chance(SHORT)) return composed(random, grammar, 'short', words);
  const sentences = topicsOf(random, matter).map((topic) => composed(random, grammar, topic, words));
  return tongue === 'zh' ? sentences.join('') : capitalised(sentences.join(' '));
}

const SHORT = 0.03; // of five-star texts, those of two or three words, which are alike by nature
const MOODS = ['awful', 'bad', 'mixed', 'good', 'great'];

function topicsOf(random: Random, { stars, grievance, isMended, isLate }: Matter): string[] {
  const mood = MOODS[stars - 1] ?? 'mixed';
  const happened: string[] = [];
  if (grievance) happened.push(grievance === 'DEFECT' ? 'defect' : 'misdescribed', isMended ? 'mended' : 'fought');
  if (isLate) happened.push('late');
  const others = [...thoughtsAt(stars), ...(!isLate && stars >= 3 ? ['quick'] : [])];
  return [mood, ...happened, ...random.some(others, happened.length > 0 ? 1 : 1 + random.below(3))];
}

function thoughtsAt(stars: number): string[] {
  if (stars >= 4) return ['praise', 'service', 'use', 'close'];
  return stars === 3 ? ['praise', 'gripe'] : ['gripe', 'warn'];
}

const capitalised = (text: string): string => text.replace(/(^|[.!?] )[a-z]/g, (start) => start.toUpperCase());
