import type { Score } from '../scoring/grade.ts';
import { BANDS, type Level } from '../scoring/levels.ts';

/** The fewest fakes that cost a good merchant what its buyers and lenders look at; null: more than are tried. */
export interface Losses {
  readonly first: number | null; // the weakest of those that are tried stands below the tenth percentile; without detection
  readonly firstDetected: number | null;
  readonly level: number | null; // half of them lose a level
  readonly levelDetected: number | null;
  readonly toC: number | null; // half of them are down at C or D
  readonly toCDetected: number | null;
}

/** Whether a score means that the attack did to its target what it was to do. */
export type Reaches = (score: Score, target: number) => boolean;
/** The fewest fakes that do it to a share of the targets, or to one at least. */
export type Fewest = (reaches: Reaches, isWatched: boolean, share?: number) => number | null;

/** `levels`: where everybody stood before. */
export function lossesOf(levels: readonly Level[], isSunk: Reaches, fewest: Fewest): Losses {
  const losesOne: Reaches = ({ level }, target) => rankOf(level) > rankOf(levels[target]!);
  const isAtC: Reaches = ({ level }) => rankOf(level) >= rankOf('C');
  return {
    first: fewest(isSunk, false, 0),
    firstDetected: fewest(isSunk, true, 0),
    level: fewest(losesOne, false),
    levelDetected: fewest(losesOne, true),
    toC: fewest(isAtC, false),
    toCDetected: fewest(isAtC, true),
  };
}

/** From 0, the best. Who is not rated lost nothing, and has nothing to lose: with more reviews than before nobody is rated no more. */
const rankOf = (level: Level): number => (level === 'NOT_RATED' ? Number.NaN : BANDS.indexOf(level));
