import { grown } from '../kernel/grown.ts';
import { Cells } from './cells.ts';

/** The dealings of subjects with their counterparties in one transaction, which only adds to them. Instants in ms; NaN: none. */
export class PairCells extends Cells {
  orders: Int32Array;
  live: Int32Array;
  firstAt: Float64Array;
  #foundFirstAt: Float64Array;
  #gainedBy: Int32Array;
  #isFound: Uint8Array;

  constructor(room: number) {
    super(room);
    this.orders = new Int32Array(room);
    this.live = new Int32Array(room);
    this.firstAt = new Float64Array(room).fill(Number.NaN);
    this.#foundFirstAt = new Float64Array(room).fill(Number.NaN);
    this.#gainedBy = new Int32Array(room);
    this.#isFound = new Uint8Array(room);
  }

  override numberOf(first: number, second: number): number {
    const cell = super.numberOf(first, second);
    if (cell === this.orders.length) this.#makeRoom();
    return cell;
  }

  /** As it was before the transaction. */
  put(cell: number, orders: number, live: number, firstAt: number | null): void {
    this.orders[cell] = orders;
    this.live[cell] = live;
    this.firstAt[cell] = this.#foundFirstAt[cell] = firstAt ?? Number.NaN;
    this.#isFound[cell] = 1;
  }

  /** False: it has no row yet. */
  isFound(cell: number): boolean {
    return this.#isFound[cell] === 1;
  }

  /** One more live entry. True: the only one, so that its counterparty counts from now on. */
  gain(cell: number, entry: number, at: number): boolean {
    if (!(at >= this.firstAt[cell]!)) {
      this.firstAt[cell] = at;
      this.#gainedBy[cell] = entry;
    }
    return ++this.live[cell]! === 1;
  }

  /** Tells of each entry that became the first of its pair, and when what was the first until then happened (NaN: nothing was). */
  settle(note: (entry: number, farAt: number) => void): void {
    for (let cell = 0; cell < this.size; cell++)
      if (this.firstAt[cell] !== this.#foundFirstAt[cell]) note(this.#gainedBy[cell]!, this.#foundFirstAt[cell]!);
  }

  #makeRoom(): void {
    const before = this.orders.length;
    this.orders = grown(this.orders, 0);
    this.live = grown(this.live, 0);
    this.firstAt = grown(this.firstAt, 0).fill(Number.NaN, before);
    this.#foundFirstAt = grown(this.#foundFirstAt, 0).fill(Number.NaN, before);
    this.#gainedBy = grown(this.#gainedBy, 0);
    this.#isFound = grown(this.#isFound, 0);
  }
}

/** Days of merchants likewise: how many deals each has. */
export class DayCells extends Cells {
  deals: Int32Array;
  #isFound: Uint8Array;
  #isChanged: Uint8Array;

  constructor(room: number) {
    super(room);
    this.deals = new Int32Array(room);
    this.#isFound = new Uint8Array(room);
    this.#isChanged = new Uint8Array(room);
  }

  override numberOf(first: number, second: number): number {
    const cell = super.numberOf(first, second);
    if (cell === this.deals.length) {
      this.deals = grown(this.deals, 0);
      this.#isFound = grown(this.#isFound, 0);
      this.#isChanged = grown(this.#isChanged, 0);
    }
    return cell;
  }

  put(cell: number, deals: number): void {
    this.deals[cell] = deals;
    this.#isFound[cell] = 1;
  }

  isFound(cell: number): boolean {
    return this.#isFound[cell] === 1;
  }

  isChanged(cell: number): boolean {
    return this.#isChanged[cell] === 1;
  }

  /** Once the transaction is done: whether it has a row. */
  isWritten(cell: number): boolean {
    return this.#isFound[cell] === 1 || this.#isChanged[cell] === 1;
  }

  count(cell: number): void {
    this.deals[cell]!++;
    this.#isChanged[cell] = 1;
  }
}
