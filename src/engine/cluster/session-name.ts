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
/** Ids of other nodes that were opened lately: to open one takes longer than all else that is done to find its owner. */
const MOST_KNOWN = 4_096;

export class SessionNames {
  readonly #node: string;
  readonly #seal: Seal;
  readonly #runtime: Pick<Runtime, 'randomId'>;
  readonly #known = new Map<string, string>();

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
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (id.length > MOST_CHARACTERS) return undefined;
    const open = this.#seal.open(id, CONTEXT);
    const node = open && decoder.decode(open).split(SPACE, 1)[0];
    if (node !== undefined) this.#know(id, node);
    return node;
  }

  #know(id: string, node: string): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= MOST_KNOWN) this.#known.delete(oldest);
    this.#known.set(id, node);
  }
}
