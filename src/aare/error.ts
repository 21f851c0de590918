/** What can go wrong in a way that the caller can act on. Stable: tools and logs may depend on the words. */
export type AareErrorCode = 'aare-unavailable' | 'aare-unknown-city' | 'aare-bad-time' | 'aare-history-limit';

/** An error whose message is fit for the caller: what is wrong, and what to do. */
export class AareError extends Error {
  readonly code: AareErrorCode;
  constructor(code: AareErrorCode, message: string) {
    super(message);
    this.name = 'AareError';
    this.code = code;
  }
}
