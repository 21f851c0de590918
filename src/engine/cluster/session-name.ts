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
/** Digits of a length. */
const WIDTH = 2;
const LENGTH = /^\d\d$/;
const ZERO = 0x30;

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
    const bytes = encoder.encode(this.#node + SPACE + this.#runtime.randomId());
    return dotless(this.#seal.seal(bytes, CONTEXT));
  }

  /** The node that gave an id; undefined for what is none of ours. */
  nodeOf(id: string): string | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (id.length > MOST_CHARACTERS) return undefined;
    const sealed = dotted(id);
    const open = sealed === undefined ? undefined : this.#seal.open(sealed, CONTEXT);
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

/**
 * Without its dots, its end first, which nobody can guess; then the rest, and where the dots were. Clients of older dialects read an id
 * out of the address where they post, and take letters, digits, `-` and `_` for all that one is made of.
 */
function dotless(text: string): string {
  const parts = text.split('.');
  const end = parts.pop();
  const lengths = parts.map(({ length }) => String(length).padStart(WIDTH, '0'));
  return [end, ...parts, ...lengths, lengths.length].join('');
}

/** The text with its dots; undefined for what never had any. */
function dotted(id: string): string | undefined {
  const dots = id.charCodeAt(id.length - 1) - ZERO;
  if (!(dots >= 0 && dots <= 9)) return undefined;
  const parts: string[] = [];
  const tail = id.length - 1 - dots * WIDTH;
  let at = tail;
  for (let dot = dots - 1; dot >= 0; dot--) {
    const digits = id.slice(tail + dot * WIDTH, tail + (dot + 1) * WIDTH);
    if (!LENGTH.test(digits)) return undefined;
    const from = at - Number(digits);
    if (from < 0) return undefined;
    parts.unshift(id.slice(from, at));
    at = from;
  }
  return [...parts, id.slice(0, at)].join('.');
}
