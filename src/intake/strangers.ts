import type { Tx } from '../db/tx.ts';
import type { MarketEvent } from './event.ts';
import { mentionedIn, type Mentioned, type Parties } from './parties.ts';
import { deleteParties } from './parties.queries.ts';

/** Whoever was mentioned for the first time in a transaction, and only by what was refused: not known after all. */
export class Strangers {
  readonly #merchants = new Map<string, string>(); // ids by external id
  readonly #buyers = new Map<string, string>();
  readonly #products = new Map<string, string>();

  /** Whom a batch has mentioned, and in what of it was taken. The batches come in their order. */
  mention(parties: Parties, taken: readonly MarketEvent[], isAllTaken: boolean): void {
    if (isAllTaken && !this.hasAny) return;
    const known = mentionedIn(taken);
    if (!isAllTaken) this.#add(parties);
    this.#forget(known);
  }

  #add({ merchants, buyers, products, fresh }: Parties): void {
    for (const [externalId, id] of merchants) if (fresh.has(id)) this.#merchants.set(externalId, id);
    for (const [externalId, id] of buyers) if (fresh.has(id)) this.#buyers.set(externalId, id);
    for (const [externalId, { id }] of products) if (fresh.has(id)) this.#products.set(externalId, id);
  }

  #forget({ merchants, buyers, products }: Mentioned): void {
    for (const externalId of merchants) this.#merchants.delete(externalId);
    for (const externalId of buyers) this.#buyers.delete(externalId);
    for (const externalId of products.keys()) this.#products.delete(externalId);
  }

  get hasAny(): boolean {
    return this.#merchants.size + this.#buyers.size + this.#products.size > 0;
  }

  async drop(tx: Tx): Promise<void> {
    const gone = [
      ['product', this.#products],
      ['buyer', this.#buyers],
      ['merchant', this.#merchants],
    ] as const;
    for (const [table, ids] of gone) if (ids.size > 0) await deleteParties(tx, table, [...ids.values()]);
  }
}
