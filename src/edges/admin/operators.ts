/**
 * Who may use the admin API: whoever shows its key, and whoever signed in with that or with a one-time token.
 *
 * Guarantees: keys, tokens and the names of sessions are kept as SHA-256 only; sessions are few, end in their time, and all
 * of them with another key.
 */
import type { Authenticator, Caller } from '../../access/principal.ts';
import type { Sha256 } from '../../access/keys.ts';
import type { Runtime } from '../../engine/ports.ts';
import { wallTime } from '../../engine/wall.ts';
import { OneTime } from './one-time.ts';

/** One that was let in. */
export interface Operator extends Caller {
  /** `node`: at another node, which answers for it. */
  readonly via: 'key' | 'session' | 'node';
}

export interface OperatorPorts {
  readonly runtime: Pick<Runtime, 'now' | 'wall' | 'randomId'>;
  readonly sha256: Sha256;
  /** Called where somebody may not keep what they opened. */
  readonly changed: () => void;
  /** Whether a token that this process did not make is good, by this once. Default: none is. */
  readonly redeem?: ((token: string) => boolean) | undefined;
}

/** How long one stays signed in. */
const SESSION_MS = 12 * 3_600_000;
/** One more, and the oldest is signed out. */
const MOST_SESSIONS = 64;
/** Nothing that opens anything is longer. */
const LONGEST = 512;
/** Of a hash, in the name of what was opened with the key. */
const NAMED = 8;

export class Operators implements Authenticator {
  readonly isRequired = true;
  readonly #ports: OperatorPorts;
  readonly #tokens: OneTime;
  /** By the hash of its name; the oldest first. */
  readonly #sessions = new Map<string, Operator>();
  /** Let in at other nodes, and served here now: how much of each. */
  readonly #guests = new Map<string, { readonly operator: Operator; count: number }>();
  #key: string | undefined;
  #keyed: Operator | undefined;

  constructor(ports: OperatorPorts) {
    this.#ports = ports;
    this.#tokens = new OneTime(ports);
  }

  /** @param key as `sha256:<hex>`. Another one ends all that was opened before. */
  change(key: string | undefined): void {
    const hash = key?.replace(/^sha256:/, '');
    if (hash === this.#key) return;
    const isFirst = this.#key === undefined && this.#sessions.size === 0;
    this.#key = hash;
    // By its name it is told from what was opened with another.
    this.#keyed =
      hash === undefined ? undefined : { via: 'key', principal: `operator#k-${hash.slice(0, NAMED)}` };
    this.#sessions.clear();
    if (!isFirst) this.#ports.changed();
  }

  /** A token that signs one in, once and soon. */
  token(): string {
    return this.#tokens.issue();
  }

  byKey(shown: string): Operator | undefined {
    if (this.#key === undefined || shown.length > LONGEST) return undefined;
    return this.#ports.sha256(shown) === this.#key ? this.#keyed : undefined;
  }

  byToken(shown: string): boolean {
    if (shown.length === 0 || shown.length > LONGEST) return false;
    return this.#tokens.take(shown) || this.#ports.redeem?.(shown) === true;
  }

  /** @param name as the cookie has it */
  bySession(name: string): Operator | undefined {
    if (name.length > LONGEST) return undefined;
    const hash = this.#ports.sha256(name);
    const operator = this.#sessions.get(hash);
    if (!operator || !this.#isOver(operator)) return operator;
    this.#sessions.delete(hash);
    return undefined;
  }

  /** Signs one in. */
  open(): { readonly name: string; readonly operator: Operator; readonly seconds: number } {
    const { runtime, sha256 } = this.#ports;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size >= MOST_SESSIONS) this.#end(oldest);
    const name = runtime.randomId() + runtime.randomId();
    const hash = sha256(name);
    const operator: Operator = {
      via: 'session',
      principal: `operator#s-${hash.slice(0, NAMED)}`,
      until: wallTime(runtime) + SESSION_MS,
    };
    this.#sessions.set(hash, operator);
    return { name, operator, seconds: SESSION_MS / 1_000 };
  }

  /** Signs one out, and ends all that was opened by it. */
  close(name: string): void {
    this.#end(this.#ports.sha256(name));
  }

  /** One who was let in at another node is known here, by this name, until what is returned is called. */
  welcome(principal: string): { readonly operator: Operator; readonly leave: () => void } {
    const guest = this.#guests.get(principal) ?? { operator: { via: 'node', principal }, count: 0 };
    this.#guests.set(principal, guest);
    guest.count++;
    const leave = () => void (--guest.count === 0 && this.#guests.delete(principal));
    return { operator: guest.operator, leave };
  }

  // ---------------------------------------------------------------------------------- as keys of callers

  /** Nobody by itself: see `Door`. */
  authenticate() {
    return { isRefused: true } as const;
  }

  recall(principal: string): Caller | undefined {
    if (this.#keyed?.principal === principal) return this.#keyed;
    for (const operator of this.#sessions.values())
      if (operator.principal === principal) return this.#isOver(operator) ? undefined : operator;
    return this.#guests.get(principal)?.operator;
  }

  challenge(): string {
    return 'Bearer';
  }

  #end(hash: string): void {
    if (this.#sessions.delete(hash)) this.#ports.changed();
  }

  #isOver({ until = Infinity }: Operator): boolean {
    return wallTime(this.#ports.runtime) >= until;
  }
}
