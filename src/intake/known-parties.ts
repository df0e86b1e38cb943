/** Our ids of those whom an import has met, by external id: they never change, so that nobody is looked up twice. */
interface Ids {
  readonly merchant: Map<string, string>;
  readonly buyer: Map<string, string>;
  readonly product: Map<string, ProductPlace>;
}

export interface ProductPlace {
  readonly id: string;
  readonly merchantId: string;
}

const noIds = (): Ids => ({ merchant: new Map(), buyer: new Map(), product: new Map() });

/** Remembered at most, some 150 bytes each; then it begins anew. */
const MOST = 400_000;

/** Those of the transaction at work are kept for the next when it is committed, and not before. */
export class KnownParties {
  #kept = noIds();
  #own = noIds();

  find<Table extends keyof Ids>(table: Table, externalId: string): IdOf<Table> | undefined {
    return (this.#own[table].get(externalId) ?? this.#kept[table].get(externalId)) as IdOf<Table> | undefined;
  }

  learn<Table extends keyof Ids>(table: Table, externalId: string, id: IdOf<Table>): void {
    (this.#own[table] as Map<string, IdOf<Table>>).set(externalId, id);
  }

  /** Another transaction begins, or the same anew. */
  begin(): void {
    this.#own = noIds();
  }

  /** It is committed. */
  keep(): void {
    const { merchant, buyer, product } = this.#kept;
    if (merchant.size + buyer.size + product.size > MOST) this.#kept = noIds();
    for (const table of ['merchant', 'buyer', 'product'] as const)
      for (const [externalId, id] of this.#own[table]) (this.#kept[table] as Map<string, unknown>).set(externalId, id);
    this.begin();
  }
}

type IdOf<Table extends keyof Ids> = Ids[Table] extends Map<string, infer Id> ? Id : never;
