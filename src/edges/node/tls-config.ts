/** The certificates of a configuration: taken up at the start, and again when their files changed. */
import { ConfigError } from '../../config/problems.ts';
import type { Config } from '../../config/types.ts';
import type { Listening } from './http.ts';
import { TlsIdentity } from './tls-identity.ts';

interface Log {
  warn(message: string): void;
}

/**
 * Undefined where the gateway speaks in the clear.
 * @throws ConfigError with one sentence, and the place of what it is about
 */
export async function identityOf({ tls, sources }: Config, log: Log): Promise<TlsIdentity | undefined> {
  if (!tls) return undefined;
  const { TlsFault } = await import('./tls.ts');
  try {
    const identity = await TlsIdentity.of(tls);
    for (const warning of identity.material.warnings) log.warn(warning);
    return identity;
  } catch (error) {
    if (!(error instanceof TlsFault)) throw error;
    const path = `tls.${error.file}`;
    throw new ConfigError([{ where: sources.get(path)?.where ?? '', path, message: error.message }]);
  }
}

/** Renews what a gateway shows; never rejects. */
export class Renewal {
  readonly #log: Log;
  /** What was told last: files that stay broken must not fill the log. */
  #told = '';

  constructor(log: Log) {
    this.#log = log;
  }

  async of({ renew }: Pick<Listening, 'renew'>): Promise<void> {
    try {
      const warnings = await renew();
      this.#told = '';
      for (const warning of warnings) this.#log.warn(warning);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#told) this.#log.warn(`${reason} What was shown before still is.`);
      this.#told = reason;
    }
  }
}
