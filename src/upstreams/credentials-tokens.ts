/**
 * Tokens that the gateway is given to show to a server, kept until shortly before they run out.
 *
 * Guarantees: a token is asked for once however many wait for it; what was had for one caller is shown for no other;
 * kept in bounds, the one used longest ago gives way; an authorization server that fails is left alone for a moment,
 * and one whose tokens are refused is not asked for more than one in a while.
 */
import { type Runtime, UpstreamError } from '../engine/ports.ts';
import { type Credentials, type Holder, missingCredentials } from './credentials.ts';

export interface Token {
  readonly token: string;
  /** How long it is good, in ms, from when it was asked for; undefined where that was not said. */
  readonly lifeMs: number | undefined;
}

/** Asks an authorization server. Rejects with `TokenRefused`, or when it cannot be asked. */
export type Grant = (subject: string | undefined) => Promise<Token>;

/** The authorization server said no; more is for its own log. */
export class TokenRefused extends Error {
  /** The error code of RFC 6749 section 5.2. */
  readonly code: string;
  constructor(code: string) {
    super(`The authorization server refused a token (${code}).`);
    this.name = 'TokenRefused';
    this.code = code;
  }
}

export interface TokenCredentialsOptions {
  /** The server's name, for people. */
  readonly name: string;
  readonly grant: Grant;
  /** Whether tokens are had for what callers showed. */
  readonly isExchanged: boolean;
  readonly runtime: Runtime;
  readonly random?: (() => number) | undefined;
  /** Told what went wrong; see `Trouble`. */
  readonly failed?: ((message: string) => void) | undefined;
  /** Tokens kept; default 1,000. */
  readonly most?: number | undefined;
}

/** What is not said to end is asked for again in a while. */
const DEFAULT_LIFE_MS = 300_000;
/** So long before its end a token is not used any more, but never more than a fifth of its life. */
const MARGIN_MS = 60_000;
/** An authorization server that failed is not asked again for so long. */
const REST_MS = 1_000;
/** A token that took the place of a refused one is not replaced for so long. */
const RENEWED_MS = 10_000;
const MOST_TOKENS = 1_000;

interface Kept {
  readonly value: string;
  readonly until: number;
}

/** What is known for one holder. */
interface Entry {
  kept: Kept | undefined;
  flight: Promise<string> | undefined;
  failure: { readonly fault: UpstreamError; readonly until: number } | undefined;
  /** When a token was thrown away because it was refused. */
  refusedAt: number;
}

export class TokenCredentials implements Credentials {
  readonly header = 'authorization';
  readonly personal: 'subject' | undefined;
  readonly #options: TokenCredentialsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: TokenCredentialsOptions) {
    this.#options = options;
    this.personal = options.isExchanged ? 'subject' : undefined;
  }

  /** Tokens, and what is known of them, kept now. */
  get size(): number {
    return this.#entries.size;
  }

  shownFor(holder: Holder): string | Promise<string> {
    const subject = this.#subjectOf(holder);
    const entry = this.#entry(this.#key(holder, subject));
    const now = this.#options.runtime.now();
    if (entry.kept && entry.kept.until > now) return entry.kept.value;
    if (entry.failure && entry.failure.until > now) throw entry.failure.fault;
    entry.flight ??= this.#ask(entry, subject).finally(() => {
      entry.flight = undefined;
    });
    return entry.flight;
  }

  refused(holder: Holder, value: string): boolean {
    const entry = this.#entries.get(this.#key(holder, holder.subject?.token));
    if (!entry) return true;
    // Somebody else was refused it before, and it has been replaced.
    if (entry.kept?.value !== value) return true;
    const now = this.#options.runtime.now();
    if (now - entry.refusedAt < RENEWED_MS) return false;
    entry.refusedAt = now;
    entry.kept = undefined;
    return true;
  }

  #subjectOf({ subject }: Holder): string | undefined {
    if (!this.#options.isExchanged) return undefined;
    if (!subject) throw missingCredentials(this.#options.name);
    return subject.token;
  }

  #key({ principal }: Holder, subject: string | undefined): string {
    return this.#options.isExchanged ? `${principal}\n${subject}` : '';
  }

  /** The one used last stands last. */
  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? {
      kept: undefined,
      flight: undefined,
      failure: undefined,
      refusedAt: -Infinity,
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size > (this.#options.most ?? MOST_TOKENS))
      this.#entries.delete(oldest);
    return entry;
  }

  async #ask(entry: Entry, subject: string | undefined): Promise<string> {
    const { grant, runtime, random = Math.random } = this.#options;
    const askedAt = runtime.now();
    try {
      const { token, lifeMs = DEFAULT_LIFE_MS } = await grant(subject);
      const margin = Math.min(MARGIN_MS, lifeMs / 5);
      const value = `Bearer ${token}`;
      // Not all gateways at the same moment.
      entry.kept = { value, until: askedAt + lifeMs - margin * (0.5 + random() / 2) };
      entry.failure = undefined;
      return value;
    } catch (error) {
      const fault = this.#faultOf(error);
      entry.failure = { fault, until: runtime.now() + REST_MS };
      throw fault;
    }
  }

  #faultOf(error: unknown): UpstreamError {
    const { name, failed } = this.#options;
    const code = error instanceof TokenRefused ? error.code : undefined;
    failed?.(
      code === undefined
        ? `No token for the server "${name}" could be had: ${error instanceof Error ? error.message : 'the authorization server failed'}`
        : `No token for the server "${name}" was given: the authorization server answered "${code}".`,
    );
    const why = code === undefined ? 'could not be asked for one' : 'gave none';
    const message = `The server "${name}" wants a token, and its authorization server ${why}.`;
    return new UpstreamError({ code: 'no-token', message, retryAfterMs: REST_MS });
  }
}
