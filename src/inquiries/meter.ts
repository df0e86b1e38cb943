import type { Call } from '../access/call.ts';
import type { Terms } from '../access/terms.ts';
import { Refusal } from '../kernel/refusal.ts';
import { metersOf, type Meter } from './meter.queries.ts';
import type { Agreement } from './terms.ts';

const DAY_MS = 86_400_000;
const REFILL_MS = 60_000; // the whole burst flows back within it

/** What a partner may still take out. */
export interface PullsLeft {
  readonly today: number;
  readonly atOnce: number;
  readonly refilledAt: Date; // when the day's quota is whole again: the next midnight, UTC
}

/** At `now`, in ms; null: it never took anything. */
export function pullsLeft(meter: Meter | null, { pullsPerDay, burst }: Terms, now: number): PullsLeft {
  const midnight = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  const today = new Date(now).toISOString().slice(0, 10);
  const used = meter && meter.day >= today ? meter.used : 0;
  const elapsed = meter ? Math.max(0, now - meter.countedAt.getTime()) : REFILL_MS;
  const refilled = (meter?.leftAtOnce ?? burst) + (burst * elapsed) / REFILL_MS;
  const left = Math.max(0, pullsPerDay - used);
  const atOnce = Math.floor(Math.max(0, Math.min(burst, refilled, left)));
  return { today: left, atOnce, refilledAt: new Date(midnight) };
}

/** Why so many could not be taken out, and when they can be. */
export async function overdrawn({ sql, now }: Call, { partnerId, terms }: Agreement, pulls: number): Promise<Refusal> {
  const [meter] = await metersOf(sql, [partnerId]);
  const { today, atOnce, refilledAt } = pullsLeft(meter ?? null, terms, now);
  if (pulls > terms.burst)
    return new Refusal('INVALID', 'BURST_EXCEEDED', `You may ask about ${terms.burst} at once; these are ${pulls}.`);
  if (pulls > today) return quotaExceeded(pulls, today, refilledAt, now);
  const seconds = Math.max(1, Math.ceil(((pulls - atOnce) * REFILL_MS) / terms.burst / 1000));
  const message = `These are ${pulls}, and ${atOnce} are left at once. Ask again in ${seconds} s.`;
  return new Refusal('UNAVAILABLE', 'BURST_EXCEEDED', message, null, seconds);
}

/** Refused where nothing is left of the day's quota: before work that takes its share step by step. */
export async function mustHaveLeft({ sql, now }: Call, { partnerId, terms }: Agreement): Promise<void> {
  const [meter] = await metersOf(sql, [partnerId]);
  const { today, refilledAt } = pullsLeft(meter ?? null, terms, now);
  if (today === 0) throw quotaExceeded(1, today, refilledAt, now);
}

function quotaExceeded(pulls: number, left: number, refilledAt: Date, now: number): Refusal {
  const message = `This takes ${pulls}, and ${left} are left of today's quota. It is refilled at ${refilledAt.toISOString()}.`;
  const seconds = Math.ceil((refilledAt.getTime() - now) / 1000);
  return new Refusal('UNAVAILABLE', 'QUOTA_EXCEEDED', message, null, seconds);
}
