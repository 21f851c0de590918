/**
 * Session ids that name their owner, so that no look-up is needed to find it. Sealed: nobody can read one, or make one
 * that is looked for.
 */
import type { Runtime } from '../ports.ts';
import type { Seal } from '../ports-era.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const CONTEXT = 'session id';
const SPACE = ' ';
/** None of ours is longer. */
const MOST_CHARACTERS = 256;

export class SessionNames {
  readonly #node: string;
  readonly #seal: Seal;
  readonly #runtime: Pick<Runtime, 'randomId'>;

  constructor(node: string, seal: Seal, runtime: Pick<Runtime, 'randomId'>) {
    this.#node = node;
    this.#seal = seal;
    this.#runtime = runtime;
  }

  /** An id of a session of this node: nobody can guess it. */
  next(): string {
    return this.#seal.seal(encoder.encode(this.#node + SPACE + this.#runtime.randomId()), CONTEXT);
  }

  /** The node that gave an id; undefined for what is none of ours. */
  nodeOf(id: string): string | undefined {
    if (id.length > MOST_CHARACTERS) return undefined;
    const open = this.#seal.open(id, CONTEXT);
    return open && decoder.decode(open).split(SPACE, 1)[0];
  }
}
