/**
 * What a modern client can do, as a legacy conversation is told of it once and for all.
 *
 * Source: MCP 2025-11-25 and 2026-07-28, ClientCapabilities.
 */
import { copySpan, type Message } from '../../protocol/message.ts';
import { LATEST_LEGACY } from '../../protocol/methods.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import { canonical, isObject, objectOf } from './canonical.ts';

/** What a client may be asked. */
export interface Askable {
  readonly form: boolean;
  readonly url: boolean;
  readonly sampling: boolean;
  readonly samplingTools: boolean;
  readonly roots: boolean;
}

export interface Terms {
  /** What a server is told of the capabilities, as JSON text; equal for clients that can do the same. */
  readonly capabilities: string;
  readonly askable: Askable;
  /** Whether anything may be asked at all. */
  readonly canBeAsked: boolean;
}

/** What both eras know; of tasks each has its own idea. */
const SHARED = ['experimental', 'extensions', 'elicitation', 'sampling', 'roots'];

/** Larger ones are not remembered. */
const SMALL = 4 * 1024;
const REMEMBERED = 256;

const decoder = new TextDecoder();

/** Remembers what it read, because clients say the same with each call. Bounded. */
export class TermsBook {
  readonly #read = new Map<string, Terms>();

  /** @param message a modern request */
  of({ bytes, claims }: Message): Terms {
    const text = claims?.capabilities.end ? decoder.decode(copySpan(bytes, claims.capabilities)) : '{}';
    const known = this.#read.get(text);
    if (known) return known;
    const terms = termsOf(text);
    if (text.length <= SMALL) {
      const [oldest] = this.#read.keys();
      if (oldest !== undefined && this.#read.size >= REMEMBERED) this.#read.delete(oldest);
      this.#read.set(text, terms);
    }
    return terms;
  }
}

function termsOf(text: string): Terms {
  const declared = objectOf(JSON.parse(text));
  const told = Object.fromEntries(
    SHARED.filter((name) => isObject(declared[name])).map((name) => [name, declared[name]]),
  );
  // Nobody will tell of a change: there is no such notification any more.
  if (told['roots']) told['roots'] = {};
  const { elicitation, sampling, roots } = told;
  const askable = {
    form: isObject(elicitation) && ('form' in elicitation || !('url' in elicitation)),
    url: isObject(elicitation) && 'url' in elicitation,
    sampling: sampling !== undefined,
    samplingTools: isObject(sampling) && 'tools' in sampling,
    roots: roots !== undefined,
  };
  const canBeAsked = askable.form || askable.url || askable.sampling || askable.roots;
  return { capabilities: canonical(told), askable, canBeAsked };
}

const OWN_INFO = JSON.stringify({ name: 'sluice', version: SLUICE_VERSION });

/** The params of `initialize` for a client, as JSON text. @param message a request of it */
export function helloFor({ bytes, claims }: Message, { capabilities }: Terms): string {
  const info = claims?.info.end ? decoder.decode(copySpan(bytes, claims.info)) : '';
  const clientInfo = info.startsWith('{') ? info : OWN_INFO;
  return `{"protocolVersion":"${LATEST_LEGACY}","capabilities":${capabilities},"clientInfo":${clientInfo}}`;
}
