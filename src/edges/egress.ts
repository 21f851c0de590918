/**
 * Where requests of the gateway may go that no operator wrote down: addresses that others told it, as the metadata of
 * an authorization server does.
 *
 * Guarantees: over https only, to no address inside, to no name that can only be inside; no redirect is followed; what
 * comes back is bounded in bytes and time. What an operator wrote down is trusted, but for that very origin only.
 */
import { isAddress, isPublicAddress } from '../access/public-address.ts';

/** What is needed of `fetch`, so that libraries can be handed a guarded one. */
export type Egress = (url: string, request?: EgressRequest) => Promise<Response>;

export interface EgressRequest {
  readonly method?: string | undefined;
  readonly headers?: Headers | Readonly<Record<string, string>> | undefined;
  /** A string, or a form. */
  readonly body?: string | URLSearchParams | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EgressOptions {
  /** Addresses that an operator wrote down; theirs are the origins that may be inside, and without https. */
  readonly trusted?: readonly string[];
  /** Bytes of a body; default 262,144: the longest lists of keys are a tenth of it. */
  readonly maxBytes?: number;
  /** From the look-up of the name to the last byte, in ms; default 10,000. */
  readonly timeoutMs?: number;
}

export const DEFAULT_EGRESS_BYTES = 256 * 1024;
export const DEFAULT_EGRESS_MS = 10_000;

/** Why a request was not made, or its answer not taken: one sentence for whoever runs the gateway. */
export class EgressError extends Error {
  readonly code: 'refused' | 'redirected' | 'too-large' | 'unreachable';

  constructor(code: EgressError['code'], message: string) {
    super(message);
    this.name = 'EgressError';
    this.code = code;
  }
}

export interface Target {
  readonly url: URL;
  /** An operator wrote its origin down. */
  readonly isTrusted: boolean;
}

/** Names that lead inside whatever resolves them (RFC 6761, RFC 6762, RFC 9476 and the habits of clouds). */
const INSIDE = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|onion|alt)\.?$/i;

/** The origins of addresses that an operator wrote down. */
export function originsOf(trusted: readonly string[] = []): ReadonlySet<string> {
  return new Set(trusted.map((url) => new URL(url).origin));
}

/** @throws EgressError for where nobody may be sent */
export function targetOf(url: string, trusted: ReadonlySet<string>): Target {
  const refuse = (why: string): never => {
    throw new EgressError('refused', `The gateway does not ask ${shown(url)}: ${why}.`);
  };
  if (!URL.canParse(url)) return refuse('it is no address');
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '') refuse('a user or a password is in it');
  if (trusted.has(parsed.origin) && /^https?:$/.test(parsed.protocol))
    return { url: parsed, isTrusted: true };
  if (parsed.protocol !== 'https:') refuse('it is not https, and no setting names its origin');
  if (INSIDE.test(parsed.hostname)) refuse(INSIDE_WHY);
  if (isAddress(parsed.hostname) && !isPublicAddress(parsed.hostname)) refuse(INSIDE_WHY);
  return { url: parsed, isTrusted: false };
}

export const INSIDE_WHY = 'it leads inside, and no setting names its origin';

export function redirected(url: URL): EgressError {
  return new EgressError(
    'redirected',
    `${shown(url.href)} redirects, which is not followed; name where it leads.`,
  );
}

export function tooLarge(url: URL, maxBytes: number): EgressError {
  return new EgressError('too-large', `${shown(url.href)} answered with more than ${maxBytes} bytes.`);
}

/** What a message may say of an address: its origin, and not endless. */
export function shown(url: string): string {
  if (!URL.canParse(url)) return 'an address';
  const { origin, protocol, host } = new URL(url);
  return (origin === 'null' ? `${protocol}//${host}` : origin).slice(0, 200);
}
