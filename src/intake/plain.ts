import type { MarketEvent } from './event.ts';
import type { HeldKeys } from './keys.ts';

/** New orders and nothing else: no event is about what is known already, or is waited for, or about anything but those orders. */
export const areNewOrders = (events: readonly MarketEvent[], { known, waited, fresh, wanted }: HeldKeys): boolean =>
  known.size + waited.size === 0 &&
  fresh.size === wanted.size &&
  wanted.values().every(({ factId }) => factId !== null) &&
  events.every((event) => 'order' in event && event.type !== 'review.posted');
