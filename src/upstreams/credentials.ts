/**
 * What the gateway shows to a server, beside the headers of its entry: a secret of its own for each caller, or a token
 * that it was given for the purpose. Never what the caller showed.
 */
import { type LinkContext, UpstreamError } from '../engine/ports.ts';

/** For whom something is shown. */
export type Holder = Pick<LinkContext, 'principal' | 'subject'>;

export interface Credentials {
  /** The header that carries them, in lower case. */
  readonly header: string;
  /** See `UpstreamDriver.personal`. */
  readonly personal: 'principal' | 'subject' | undefined;
  /**
   * The value of the header; at once where it is at hand.
   * @throws (or rejects) UpstreamError `missing-credentials`: there are none for this caller, and no others are shown in
   * their place; `no-token`: there should be, and they could not be had
   */
  shownFor(holder: Holder): string | Promise<string>;
  /** The server refused `value` (401). True when another may be had: then it is asked for at the next `shownFor`. */
  refused(holder: Holder, value: string): boolean;
}

/** Those of one link. */
export interface Shown {
  readonly header: string;
  value(): string | Promise<string>;
  refused(value: string): boolean;
}

export function shownOn(
  credentials: Credentials | undefined,
  { principal, subject }: LinkContext,
): Shown | undefined {
  if (!credentials) return undefined;
  const holder = { principal, subject };
  return {
    header: credentials.header,
    value: () => credentials.shownFor(holder),
    refused: (value) => credentials.refused(holder, value),
  };
}

/** @param name of the server */
export function missingCredentials(name: string): UpstreamError {
  const message = `There are no credentials of this caller for the server "${name}".`;
  return new UpstreamError({ code: 'missing-credentials', message });
}
