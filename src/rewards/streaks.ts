import type { Tx } from '../db/tx.ts';
import type { OrderState } from '../orders/order-state.ts';
import { handoversUpTo, type StreakAsked } from './facts.queries.ts';
import type { EarningRule, RewardsVersion } from './rules.ts';
import type { RuleBook } from './rules.loaders.ts';
import type { Want } from './wants.ts';

interface Asked extends StreakAsked {
  readonly order: OrderState;
  readonly version: RewardsVersion;
  readonly of: EarningRule;
}

const streakRules = ({ rewards }: RewardsVersion): EarningRule[] =>
  rewards.earning.filter(({ event }) => event === 'ON_TIME_STREAK');

/**
 * The streaks that these orders complete: the last hand-overs up to one, so many in a row and all on time, none of which is in a streak
 * already. Orders that were promised for no day are passed by. What arrives late is looked at when it arrives: a streak that was given
 * stays as it is.
 */
export async function streaksCompletedBy(tx: Tx, orders: readonly OrderState[], rules: RuleBook): Promise<Want[]> {
  const asked = orders
    .filter(
      ({ shippedAt, shipBy, voidedAt }) =>
        shippedAt !== null && shipBy !== null && shippedAt <= shipBy && voidedAt === null,
    )
    .toSorted((a, b) => a.shippedAt! - b.shippedAt! || (a.id < b.id ? -1 : 1))
    .flatMap((order) => {
      const version = rules.at(order.shippedAt!);
      return streakRules(version).map((of) => ({ order, version, of }));
    })
    .map(({ order, version, of }, ask): Asked => {
      const { merchantId, id, shippedAt } = order;
      const window = { ask, merchantId, id, shippedAt: new Date(shippedAt!), rule: of.key, orders: of.orders };
      return { ...window, order, version, of };
    });
  if (asked.length === 0) return [];
  const windows = Map.groupBy(await handoversUpTo(tx, asked), ({ ask }) => ask);
  const used = new Set<string>();
  return asked.flatMap(({ ask, order, version, of }) => {
    const window = windows.get(ask) ?? [];
    const isUnbroken = window.every((each) => each.isOnTime && !each.isUsed && !used.has(`${of.key} ${each.id}`));
    if (window.length < of.orders || !isUnbroken) return [];
    for (const { id } of window) used.add(`${of.key} ${id}`);
    return [
      wantFor(
        order,
        version,
        of,
        window.map(({ id }) => id),
      ),
    ];
  });
}

function wantFor(order: OrderState, version: RewardsVersion, rule: EarningRule, memberIds: string[]): Want {
  const happening = {
    fact: { placeId: order.merchantId, id: order.id, kind: 'ORDER' },
    event: 'ON_TIME_STREAK',
    payee: 'MERCHANT',
    subjectId: order.merchantId,
    counterpartyId: null,
    occurredAt: order.shippedAt!,
  } as const;
  return { happening, version, rule, memberIds };
}
