/**
 * In what terms a session's way to a server is held: the client's own `initialize`, the version, and its wishes. They outlive the
 * link, and the node.
 */
import { helloOf, ownHello, requestedVersion } from './handshake.ts';
import type { Message } from '../protocol/message.ts';
import { Wishes } from './wishes.ts';

/** What another node needs to go on. */
export interface LineMemory {
  /** The JSON text of the params of the client's `initialize`; default: it sent none. */
  readonly hello?: string | undefined;
  readonly version: string;
  /** The JSON text of the params of its last `logging/setLevel`. */
  readonly level?: string | undefined;
  /** What it subscribed to, by the server's name where there are several; under the empty name where there is one. */
  readonly subscriptions: Readonly<Record<string, readonly string[]>>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class LineTerms {
  version: string;
  /** Whether the client's own `initialize` was answered with a result. */
  wasInitialized = false;
  readonly wishes: Wishes;
  #hello: Uint8Array | undefined;

  /** @param subscriptions as many as a session may have */
  constructor(version: string, subscriptions: number) {
    this.version = version;
    this.wishes = new Wishes(subscriptions);
  }

  /** What a conversation is opened with. */
  get hello(): Uint8Array {
    return this.#hello ?? ownHello(this.version);
  }

  /** The client's own `initialize`. Its raw params. */
  greeted(message: Message): Uint8Array {
    return (this.#hello = helloOf(message));
  }

  /** The same where it was answered elsewhere. */
  introduce(hello: Uint8Array): void {
    this.#hello = hello;
    this.version = requestedVersion(hello);
  }

  get memory(): LineMemory {
    const { logLevel: level, subscriptions } = this.wishes;
    const hello = this.#hello && decoder.decode(this.#hello);
    return { hello, version: this.version, level, subscriptions: { '': [...subscriptions] } };
  }

  recall({ hello, version, level, subscriptions }: LineMemory): void {
    if (hello !== undefined) this.#hello = encoder.encode(hello);
    this.version = version;
    this.wasInitialized = true;
    this.wishes.logLevel = level;
    for (const uri of subscriptions[''] ?? []) this.wishes.add(uri);
  }
}
