import type { Tx } from '../db/tx.ts';
import type { NewOrder } from '../orders/orders.commands.ts';
import type { Envelope } from './event.ts';
import { gatheredIdentities } from './inbox.queries.ts';
import { gatheredKeys } from './keys.queries.ts';

/** What is taken by each of many new orders: its row's identity, and its own key. */
export class NewClaims {
  readonly #identities: ReturnType<typeof gatheredIdentities>;
  readonly #keys = gatheredKeys();
  readonly #ids: string[] = []; // of the rows; they are of one file's source, or of few
  readonly #orders: string[] = [];
  #areSame = true; // each row is named as its order

  constructor(now: number) {
    this.#identities = gatheredIdentities(now);
  }

  get size(): number {
    return this.#ids.length;
  }

  add(envelope: Envelope, { id: factId, externalId, merchantId }: NewOrder): void {
    this.#identities.add(envelope);
    this.#keys.add({ kind: 'order', externalId, merchantId, factId });
    this.#ids.push(envelope.id);
    this.#orders.push(externalId);
    this.#areSame &&= envelope.id === externalId;
  }

  /** Copies them in, in their order; it fails where one of them is taken. */
  async save(tx: Tx): Promise<void> {
    const order = inOrder(this.#orders);
    const identities = tx.copy(...this.#identities.copy(this.#areSame ? order : inOrder(this.#ids)));
    await Promise.all([identities, tx.copy(...this.#keys.copy(order))]);
  }
}

const inOrder = (texts: readonly string[]): Uint32Array =>
  Uint32Array.from(texts, (_, i) => i).toSorted((a, b) =>
    texts[a]! < texts[b]! ? -1 : texts[a]! > texts[b]! ? 1 : a - b,
  );
