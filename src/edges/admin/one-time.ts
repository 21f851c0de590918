/** Tokens that are good once, and for a short time. */
import type { Sha256 } from '../../access/keys.ts';
import type { Runtime } from '../../engine/ports.ts';

export interface OneTimePorts {
  readonly runtime: Pick<Runtime, 'now' | 'randomId'>;
  readonly sha256: Sha256;
}

const TOKEN_MS = 10 * 60_000;
/** One more, and the oldest is good no longer. */
const MOST = 16;

export class OneTime {
  readonly #ports: OneTimePorts;
  /** By the hash of a token: until when it is good. The oldest first. */
  readonly #tokens = new Map<string, number>();

  constructor(ports: OneTimePorts) {
    this.#ports = ports;
  }

  /** At least 128 bits that nobody can guess. */
  issue(): string {
    const { runtime, sha256 } = this.#ports;
    const token = runtime.randomId();
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined && this.#tokens.size >= MOST) this.#tokens.delete(oldest);
    this.#tokens.set(sha256(token), runtime.now() + TOKEN_MS);
    return token;
  }

  /** Whether it is good; it is not any more. */
  take(token: string): boolean {
    const hash = this.#ports.sha256(token);
    const until = this.#tokens.get(hash);
    this.#tokens.delete(hash);
    return until !== undefined && this.#ports.runtime.now() < until;
  }
}
