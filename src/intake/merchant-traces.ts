import type { OwnTrace } from '../integrity/own-traces.ts';
import type { Setting } from './apply.ts';
import type { MarketEvent } from './event.ts';

/** What merchants are registered with, hashed as the traces of orders are, so that equal ones can be seen to be equal. */
export const ownTracesIn = (
  events: readonly MarketEvent[],
  { parties, hash }: Pick<Setting, 'parties' | 'hash'>,
): OwnTrace[] =>
  events.flatMap((event) =>
    event.type === 'merchant.registered'
      ? (['device', 'payment', 'ip'] as const).flatMap((kind) =>
          event[kind] === null
            ? []
            : [
                {
                  merchantId: parties.merchants.get(event.externalId)!,
                  kind,
                  hash: hash(kind, event[kind]),
                  at: event.at,
                },
              ],
        )
      : [],
  );
