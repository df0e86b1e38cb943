/** A value that is at hand, or that will be. A promise costs more than most of what is done with the value. */
export type Awaitable<Value> = Value | Promise<Value>;

/** Goes on with the value: at once where it is at hand. */
export const andThen = <Value, Next>(
  value: Awaitable<Value>,
  work: (value: Value) => Awaitable<Next>,
): Awaitable<Next> => (value instanceof Promise ? value.then(work) : work(value));

/** All of them, in their order: at once where all are at hand. */
export const allOf = <Value>(values: readonly Awaitable<Value>[]): Awaitable<Value[]> =>
  values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as Value[]);
