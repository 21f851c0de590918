/** What would end a hash tag, and what escapes it. */
const BRACES = /[%{}]/g;

/**
 * The keys of Redis, all of which begin with the prefix.
 *
 * | key | what it is | how long it is kept |
 * |---|---|---|
 * | `:events:{stream}` | the events of a client's stream; an entry's id is `<generation>-<offset>` | `logMs` after the last |
 * | `:stream:{stream}` | what is known of them: who writes, how far, what for, which requests were answered | the same |
 * | `:inbox:{node}` | what other nodes said to a node and it has not read | a minute after its node last looked |
 * | `:lease:{node}` | the token of the node; for ten minutes `left` once it has left | a lease |
 * | `:mark:{node}` | a number that goes up: one that is missing or old tells that something was lost | ten minutes |
 * | `:nodes` | the list of nodes: when each was last there, and its address | a minute after the last of them |
 * | `:session:{session}` | owner, generation and facts of a session | as its owner says |
 * | `:value:{name}` | a small thing that was put | as was said |
 * | `:bucket:{name}` | the level of a bucket and when it was so | until it has run dry |
 * | `:agreed:{name}` | a text that all nodes use, such as a secret | without end |
 *
 * What stands in braces is the hash tag: keys with the same one are in one slot of a Redis Cluster.
 */
export class Keys {
  readonly #prefix: string;

  /** @throws Error when the prefix could not be told from the rest */
  constructor(prefix: string) {
    if (!/^[\w.-]{1,32}$/.test(prefix))
      throw new Error('The prefix must be 1 to 32 letters, digits, ".", "_" and "-".');
    this.#prefix = prefix;
  }

  get nodes(): string {
    return `${this.#prefix}:nodes`;
  }

  events = (stream: string): string => this.#of('events', stream);
  stream = (stream: string): string => this.#of('stream', stream);
  inbox = (node: string): string => this.#of('inbox', node);
  lease = (node: string): string => this.#of('lease', node);
  mark = (node: string): string => this.#of('mark', node);
  session = (session: string): string => this.#of('session', session);
  value = (name: string): string => this.#of('value', name);
  bucket = (name: string): string => this.#of('bucket', name);
  agreed = (name: string): string => this.#of('agreed', name);

  /** An empty tag would be none: hence the colon. */
  #of(kind: string, name: string): string {
    const tag = name.replace(BRACES, (brace) => `%${brace.charCodeAt(0).toString(16)}`);
    return `${this.#prefix}:${kind}:{${tag}:}`;
  }
}
