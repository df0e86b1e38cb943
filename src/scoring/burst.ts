import { fromUnits, toUnits } from './fixed.ts';

/*
 * Praise that costs nothing comes cheapest in floods. In any 7 days that of one subject counts as at most a quarter of what it had
 * got before, and 3·√n. Blame is left whole: a flood of it is a warning. Measured on Bitcoin Alpha, where this leaves the forecast of the
 * next rating as good as without it (simulate/README.md). What cost a purchase is bounded by deliveries, in reviews/.
 */
const OF_EARLIER = 0.25;
const OF_A_FLOOD = 3;

/** How much of the praise `seen` in 7 days counts where so much had come `before`: all of it at most. */
export const countedOf = (seen: number, before: number): number =>
  Math.min(seen, OF_EARLIER * before + OF_A_FLOOD * Math.sqrt(seen));

/** The weight of the latest of them, 0 to 1: what it adds to that. So a flood weighs what is allowed, and each word less than the one before. */
export const weightInBurst = (seen: number, before: number): number =>
  Math.min(1, Math.max(0, countedOf(seen, before) - countedOf(seen - 1, before)));

/** A reliability in units of 1e-8, as the posting of the latest keeps it. */
export const reliabilityInBurst = (reliability: number, seen: number, before: number): number =>
  toUnits(fromUnits(reliability) * weightInBurst(seen, before));
