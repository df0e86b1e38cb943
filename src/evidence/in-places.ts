/** Where each of these is among them, by number. */
export function placesOf(order: Uint32Array, size: number): Int32Array {
  const places = new Int32Array(size);
  for (let place = 0; place < order.length; place++) places[order[place]!] = place;
  return places;
}

/** Numbers from nought on in the order of their places, of which there are so many; of one place as they are. */
export function grouped(count: number, placeOf: (number: number) => number, places: number): Uint32Array {
  const starts = new Uint32Array(places + 1);
  for (let i = 0; i < count; i++) starts[placeOf(i) + 1]!++;
  for (let place = 0; place < places; place++) starts[place + 1]! += starts[place]!;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[starts[placeOf(i)]!++] = i;
  return order;
}

/** Cells with a row, and those without one, each in the order of their subjects. */
export function parted(
  cells: { readonly size: number; isFound(cell: number): boolean },
  placeOf: (cell: number) => number,
  places: number,
): [found: Uint32Array, fresh: Uint32Array] {
  const order = grouped(cells.size, placeOf, places);
  return [order.filter((cell) => cells.isFound(cell)), order.filter((cell) => !cells.isFound(cell))];
}
