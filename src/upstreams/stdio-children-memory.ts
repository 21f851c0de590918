/** What the children of one server may use of memory, and what they use. */
import type { Refusals } from './reports.ts';
import type { Child } from './stdio-child.ts';
import { type MemoryWatch, sharedMemoryWatch } from './stdio-memory.ts';
import type { StdioOptions } from './stdio-options.ts';

const MIB = 1024 * 1024;

export class ChildrenMemory {
  readonly #name: string;
  readonly #maxBytes: number | undefined;
  readonly #watch: MemoryWatch;

  constructor({ name, maxMemoryBytes, memory, runtime }: StdioOptions, refusals: Refusals) {
    this.#name = name;
    this.#maxBytes = maxMemoryBytes;
    this.#watch = memory ?? sharedMemoryWatch(runtime);
    if (maxMemoryBytes !== undefined && !this.#watch.isKnown)
      refusals.report(
        'memory-unknown',
        'This system does not tell what a process uses; maxMemory has no effect.',
      );
  }

  /** Ends the child when it uses too much, for as long as it lives. */
  watch(child: Child): void {
    const weighed = {
      pid: child.pid,
      maxBytes: this.#maxBytes,
      over: (bytes: number) => child.condemn({ code: 'memory', message: this.#sentence(bytes) }),
    };
    this.#watch.add(weighed);
    void child.gone.then(() => this.#watch.remove(weighed));
  }

  /** What all of them use, as far as it is known. */
  shown(children: Iterable<Child>): { readonly memoryBytes?: number } {
    let total: number | undefined;
    for (const { pid } of children) {
      const bytes = this.#watch.bytesOf(pid);
      if (bytes !== undefined) total = (total ?? 0) + bytes;
    }
    return total === undefined ? {} : { memoryBytes: total };
  }

  #sentence(bytes: number): string {
    const [used, most] = [Math.ceil(bytes / MIB), Math.floor((this.#maxBytes ?? 0) / MIB)];
    return `The server "${this.#name}" used ${used} MiB of memory, more than the ${most} MiB of its maxMemory, and was ended.`;
  }
}
