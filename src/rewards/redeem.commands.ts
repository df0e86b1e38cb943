import type { Call } from '../access/call.ts';
import { Refusal } from '../kernel/refusal.ts';
import { redeemPoints } from '../points/holds.commands.ts';
import { worthOfPart, type Worth } from '../points/worth.ts';
import { rewardsNow } from './rules.loaders.ts';
import type { Redeeming } from './rules.ts';

export interface Redeem {
  readonly holderId: string; // as the API gave it
  readonly points: number;
  readonly purpose: string;
  readonly reference: string;
  readonly currency?: string | null;
  readonly idempotencyKey: string;
}

/** Holds points for a purpose, with what they are worth by the rules of now. The hold it made. */
export async function redeem(call: Call, input: Redeem): Promise<{ readonly subjectId: string; readonly id: string }> {
  const { redeeming } = (await rewardsNow(call)).rewards;
  return redeemPoints(call, input, (points) => worthOf(redeeming, points, input.currency ?? redeeming.currency));
}

/** What points are worth; what is left of a minor unit goes. Refused where so many cannot be redeemed. */
export function worthOf({ minimum, step, currencies }: Redeeming, points: number, currency: string): Worth {
  if (points < minimum)
    throw refused('POINTS_BELOW_MINIMUM', `At least ${minimum} points are redeemed at once.`, 'points');
  if (points % step !== 0) throw refused('POINTS_NOT_IN_STEPS', `Points are redeemed in steps of ${step}.`, 'points');
  const rate = Object.hasOwn(currencies, currency) ? currencies[currency] : undefined;
  if (!rate)
    throw refused(
      'CURRENCY_UNKNOWN',
      `Points have a value in ${Object.keys(currencies).toSorted().join(', ')} only.`,
      'currency',
    );
  return worthOfPart({ points: rate.points, worth: { amount: rate.amount, currency } }, points);
}

const refused = (code: string, message: string, field: string) => new Refusal('INVALID', code, message, [field]);
