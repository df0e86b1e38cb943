import type { Call } from '../../access/call.ts';
import type { Plan } from './plan.ts';

/** What a request is charged with. */
export interface Spending {
  readonly plan: Plan;
  readonly requested: number;
  readonly available: number | null; // points left after it; null where nobody is limited
  readonly isGranted: boolean;
}

const SPENDING = Symbol('spending');
type WithSpending = Call & { [SPENDING]?: Spending | null };

export const spendingOf = (call: Call): Spending | null => (call as WithSpending)[SPENDING] ?? null;

export const noteSpending = (call: Call, spending: Spending | null): void =>
  void ((call as WithSpending)[SPENDING] = spending);
