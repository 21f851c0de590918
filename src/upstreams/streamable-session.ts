/** What a server over Streamable HTTP gave in the handshake, and the headers that repeat it to the server. */
import { outcomeOf } from '../protocol/long.ts';
import type { Message } from '../protocol/message.ts';
import { headerOf, type HttpHeaders } from './network-caller.ts';
import type { Remote } from './network-remote.ts';

/** MCP 2025-03-26, session management: visible ASCII. */
const SESSION = /^[\x21-\x7e]{1,1024}$/;
/** Versions are dates; what is none is not repeated to the server. */
const VERSION = /^[\w.-]{1,40}$/;
const BOTH = 'application/json, text/event-stream';

export class Handshake {
  /** As the server named the session; undefined where it keeps none. */
  session: string | undefined;
  postHeaders: readonly string[] = [];
  getHeaders: readonly string[] = [];
  readonly #remote: Remote;
  /** What every request of the link carries. */
  readonly #own: readonly string[];
  #version: string | undefined;

  constructor(remote: Remote, own: readonly string[]) {
    this.#remote = remote;
    this.#own = own;
    this.#build();
  }

  /** The revision that was agreed upon; undefined before that. */
  get version(): string | undefined {
    return this.#version;
  }

  /** The head of the answer to `initialize`. */
  named(headers: HttpHeaders): void {
    const session = headerOf(headers, 'mcp-session-id');
    if (session === undefined) return;
    if (SESSION.test(session)) this.session = session;
    else {
      const message = `The server "${this.#remote.name}" named its session in a way that no header can carry.`;
      this.#remote.refusals.report('bad-session-id', message);
    }
    this.#build();
  }

  /** The answer to `initialize`. */
  greeted(message: Message): void {
    this.#version = versionIn(message);
    this.#build();
  }

  #build(): void {
    const named = this.session === undefined ? [] : ['mcp-session-id', this.session];
    const versioned = this.#version === undefined ? [] : ['mcp-protocol-version', this.#version];
    const own = [...this.#own, ...named, ...versioned];
    this.getHeaders = ['accept', 'text/event-stream', ...own];
    this.postHeaders = ['accept', BOTH, 'content-type', 'application/json', ...own];
  }
}

/** The version that the server chose. */
function versionIn(message: Message): string | undefined {
  try {
    const result = JSON.parse(new TextDecoder().decode(outcomeOf(message))) as {
      protocolVersion?: unknown;
    } | null;
    const version = result?.protocolVersion;
    return typeof version === 'string' && VERSION.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}
