const DIGIT = 2 ** 11;

/**
 * The rows in order of time, of those of one instant the one first whose `ids` is less; null where they are in it already. By digits: to
 * have Postgres sort ten million rows takes as long as to read them, and they are read meanwhile.
 */
export function orderOfTime(times: Float64Array, idOf: (row: number) => Buffer): Int32Array | null {
  const isAfter = (one: number, other: number): boolean =>
    times[one]! > times[other]! || (times[one] === times[other] && idOf(one).compare(idOf(other)) > 0);
  let row = 1;
  while (row < times.length && !isAfter(row - 1, row)) row++;
  if (row >= times.length) return null;
  const order = byDigits(times);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && times[order[to]!] === times[order[from]!]) to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => idOf(a).compare(idOf(b)));
  }
  return order;
}

/** From the lowest digit to the highest, each pass leaving the order of the one before it among equals. */
function byDigits(times: Float64Array): Int32Array {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < times.length; row++) {
    first = Math.min(first, times[row]!);
    last = Math.max(last, times[row]!);
  }
  let order = new Int32Array(times.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  let next = new Int32Array(times.length);
  for (let unit = 1; unit <= last - first; unit *= DIGIT) {
    const starts = new Int32Array(DIGIT + 1);
    const digitOf = (row: number): number => Math.floor((times[row]! - first) / unit) % DIGIT;
    for (let row = 0; row < order.length; row++) starts[digitOf(row) + 1]!++;
    for (let digit = 0; digit < DIGIT; digit++) starts[digit + 1]! += starts[digit]!;
    for (let place = 0; place < order.length; place++) next[starts[digitOf(order[place]!)]!++] = order[place]!;
    [order, next] = [next, order];
  }
  return order;
}

/** Puts a column into an order, in its own place. */
export function putInOrder(column: Int8Array | Uint8Array | Int32Array | Float64Array, order: Int32Array): void {
  const before = column.slice();
  for (let place = 0; place < order.length; place++) column[place] = before[order[place]!]!;
}

/** Numbers anew what a column tells of, from 0 as they come; the new number of each old one. */
export function numberAnew(column: Int32Array, count: number): Int32Array {
  const numbers = new Int32Array(count).fill(-1);
  let next = 0;
  for (let row = 0; row < column.length; row++) {
    const old = column[row]!;
    if (numbers[old]! < 0) numbers[old] = next++;
    column[row] = numbers[old]!;
  }
  return numbers;
}
