/** Flushes everything that was written to in one turn of the event loop, once, at the end of that turn. */
export interface Flushable {
  isDirty: boolean;
  flush(): void;
}

let dirty: Flushable[] = [];

function flushAll(): void {
  const now = dirty;
  dirty = [];
  for (const one of now) one.flush();
}

export const TurnFlush = {
  add(one: Flushable): void {
    if (one.isDirty) return;
    one.isDirty = true;
    dirty.push(one);
    if (dirty.length === 1) setImmediate(flushAll);
  },
};
