const GONE = -1;

/** Nodes by their load, the lightest on top, whose loads may fall while they are in it. Shares the `load` array with its caller. */
export class Heap {
  readonly #load: Float64Array;
  readonly #nodes: Int32Array;
  readonly #places: Int32Array; // of each node, −1 once it is gone
  #size: number;

  constructor(load: Float64Array, nodes: Int32Array) {
    this.#load = load;
    this.#nodes = nodes.slice();
    this.#places = new Int32Array(load.length).fill(GONE);
    this.#size = nodes.length;
    for (let place = 0; place < this.#size; place++) this.#places[this.#nodes[place]!] = place;
    for (let place = this.#size >> 1; place >= 0; place--) this.#sink(place);
  }

  get size(): number {
    return this.#size;
  }

  pop(): number {
    const top = this.#nodes[0]!;
    const last = this.#nodes[--this.#size]!;
    this.#places[top] = GONE;
    if (this.#size > 0) {
      this.#put(last, 0);
      this.#sink(0);
    }
    return top;
  }

  /** Takes `by` off a node's load, if it is still in. */
  lower(node: number, by: number): void {
    if (this.#places[node] === GONE) return;
    this.#load[node]! -= by;
    this.#rise(this.#places[node]!);
  }

  #put(node: number, place: number): void {
    this.#nodes[place] = node;
    this.#places[node] = place;
  }

  #rise(from: number): void {
    const node = this.#nodes[from]!;
    const load = this.#load[node]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#load[this.#nodes[parent]!]! <= load) break;
      this.#put(this.#nodes[parent]!, place);
      place = parent;
    }
    this.#put(node, place);
  }

  #sink(from: number): void {
    if (this.#size === 0) return;
    const node = this.#nodes[from]!;
    const load = this.#load[node]!;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#load[this.#nodes[child + 1]!]! < this.#load[this.#nodes[child]!]!) child++;
      if (this.#load[this.#nodes[child]!]! >= load) break;
      this.#put(this.#nodes[child]!, place);
      place = child;
    }
    this.#put(node, place);
  }
}
