/**
 * Sums that must be taken back exactly are kept as whole units of 1e-8 in JS numbers: whole numbers add and subtract without
 * error up to 2^53, which is ninety million ones.
 */
export const UNITS_PER_ONE = 100_000_000;

/** To the nearest unit; a half goes towards +∞, as `Math.round` has it on every engine. Never −0. */
export function toUnits(value: number): number {
  const units = Math.round(value * UNITS_PER_ONE) + 0;
  if (!Number.isSafeInteger(units)) throw new RangeError(`${value} cannot be held in units of 1e-8`);
  return units;
}

export const fromUnits = (units: number): number => units / UNITS_PER_ONE;
