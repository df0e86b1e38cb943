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

/** Those whom earlier transactions have met, and beside them those of the transaction at work, until these are kept for the next. */
export class KnownParties {
  readonly #kept: KeptParties;
  #own = noIds();

  constructor(kept: KeptParties = new KeptParties()) {
    this.#kept = kept;
  }

  find<Table extends keyof Ids>(table: Table, externalId: string): IdOf<Table> | undefined {
    return (this.#own[table].get(externalId) ?? this.#kept.ids[table].get(externalId)) as IdOf<Table> | undefined;
  }

  learn<Table extends keyof Ids>(table: Table, externalId: string, id: IdOf<Table>): void {
    (this.#own[table] as Map<string, IdOf<Table>>).set(externalId, id);
  }

  /** Whom the transaction has met: some of them are not known after all. */
  forget(): void {
    this.#own = noIds();
  }

  /** The next transaction knows them too. */
  keep(): void {
    this.#kept.add(this.#own);
  }
}

export class KeptParties {
  ids = noIds();

  add(more: Ids): void {
    const { merchant, buyer, product } = this.ids;
    if (merchant.size + buyer.size + product.size > MOST) this.ids = noIds();
    for (const table of ['merchant', 'buyer', 'product'] as const)
      for (const [externalId, id] of more[table]) (this.ids[table] as Map<string, unknown>).set(externalId, id);
  }

  forget(): void {
    this.ids = noIds();
  }
}

type IdOf<Table extends keyof Ids> = Ids[Table] extends Map<string, infer Id> ? Id : never;
