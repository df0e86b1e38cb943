import { reliabilityInBurst } from '../scoring/burst.ts';

const DAY = 86_400_000;
const WINDOW_DAYS = 7; // its own the last, as intake counts them

/** The praise of a network's ratees, in order of time: how far the next word of it is believed, as intake would. */
export class FreePraise<Ratee> {
  readonly #days = new Map<Ratee, number[]>();

  /** Takes a rating in. What its posting keeps of its author's reliability, in units of 1e-8. */
  believed(reliability: number, ratee: Ratee, isPraise: boolean, at: number): number {
    if (!isPraise) return reliability;
    const days = this.#days.get(ratee) ?? [];
    this.#days.set(ratee, days);
    const day = Math.floor(at / DAY);
    days.push(day);
    let seen = 1;
    while (seen < days.length && days[days.length - 1 - seen]! > day - WINDOW_DAYS) seen++;
    return reliabilityInBurst(reliability, seen, days.length - seen);
  }
}
