import { readCopiedRows, type CopiedRow } from '../db/copied-rows.ts';
import type { Snapshot } from '../db/snapshot.ts';
import type { OrderColumns } from '../detection/order-columns.ts';
import { IdIndex } from '../evidence/id-index.ts';
import { Growing, Ids } from './growing.ts';
import { copyOrders, ORDER_COLUMNS } from './market.queries.ts';

/** The orders of the window by column, and what their numbers stand for. */
export interface MarketOrders {
  readonly columns: OrderColumns;
  readonly idOf: (row: number) => string;
  readonly merchant: (number: number) => string;
}

export async function readOrders(snapshot: Snapshot, since: number): Promise<MarketOrders> {
  const [merchants, buyers, products] = [new Named(), new Named(), new Named()];
  const [devices, payments, addresses] = [new Named(), new Named(), new Named()];
  const [amounts, placedAt, deliveredAt] = [
    new Growing(Float64Array),
    new Growing(Float64Array),
    new Growing(Float64Array),
  ];
  const [tracked, paidBack, ids] = [new Growing(Uint8Array), new Growing(Uint8Array), new Ids()];
  await readCopiedRows(copyOrders(snapshot.copiers[1], since), ORDER_COLUMNS, (row) => {
    merchants.push(row);
    ids.push(row.bytes, row.uuidAt());
    buyers.push(row);
    products.push(row);
    amounts.push(row.big()!);
    placedAt.push(row.instant()!);
    deliveredAt.push(row.instant() ?? Number.NaN);
    tracked.push(row.flag() ? 1 : 0);
    paidBack.push(row.flag() ? 1 : 0);
    devices.push(row);
    payments.push(row);
    addresses.push(row);
  });
  return {
    columns: {
      merchants: merchants.numbers.done(),
      buyers: buyers.numbers.done(),
      products: products.numbers.done(),
      amounts: amounts.done(),
      placedAt: placedAt.done(),
      deliveredAt: deliveredAt.done(),
      isTracked: tracked.done(),
      isPaidBackOutside: paidBack.done(),
      devices: devices.numbers.done(),
      payments: payments.numbers.done(),
      addresses: addresses.numbers.done(),
      merchantCount: merchants.names.size,
      buyerCount: buyers.names.size,
    },
    idOf: (row) => ids.textOf(row),
    merchant: (number) => merchants.names.idOf(number),
  };
}

/** Numbers for ids or keyed hashes, from 0 as they come; −1 for none. */
class Named {
  readonly names = new IdIndex(1);
  readonly numbers = new Growing(Int32Array);

  push(row: CopiedRow): void {
    const at = row.sixteenAt();
    this.numbers.push(at < 0 ? -1 : this.names.numberOf(row.bytes, at));
  }
}
