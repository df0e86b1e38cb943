type Column = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** The same numbers with room for `room`, or for twice as many where that is nought; as they are, where there is room enough. */
export function grown<Own extends Column>(old: Own, room: number): Own {
  if (room > 0 && room <= old.length) return old;
  const larger = new (old.constructor as new (length: number) => Own)(room || 2 * old.length);
  larger.set(old);
  return larger;
}
