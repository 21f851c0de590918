/** What may be there at once, or later: a turn of the event loop is only spent where there is something to wait for. */
export type Soon<T> = T | Promise<T>;

export function whenKnown<T, U>(value: Soon<T>, use: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
