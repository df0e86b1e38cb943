import type { Allowances } from '../kernel/allowance.ts';
import type { Timeouts } from './deadlines.ts';

/** What holds the door against those who ask too much. What is left out is not limited, or is as it is unless set. */
export interface LimitSettings {
  /** Null: nobody has a budget; each request may cost 100,000 points. */
  readonly budgets?: Allowances | null;
  readonly timeoutSeconds?: number;
  readonly documents?: ReadonlyMap<string, string> | null;
  readonly isSafelisted?: boolean;
  readonly corsOrigins?: readonly string[];
}

const USUAL_SECONDS = 10;
const LONG_SECONDS = 120;

/** `seconds`: of those outside. */
export const timeoutsOf = (seconds: number = USUAL_SECONDS): Timeouts => ({
  outside: seconds * 1000,
  house: seconds * 3000,
  long: Math.max(seconds * 3, LONG_SECONDS) * 1000,
});
