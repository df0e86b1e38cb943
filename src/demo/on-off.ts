import { PART } from './roles.ts';
import type { Scheme } from './scheme.ts';

/** A shop that earns a name and then spends it, again and again. Its trade is real: `troubleOf` swings, no order is staged. */
export const ON_OFF: Scheme = {
  name: 'ON_OFF',
  hires: () => [],
  subjects: (_, merchants) => [merchants[PART.oscillator]!],
  deals: () => [],
};
