/** The door for tokens, kept over a reload as long as nothing of it changed: what was proven stays so. */
import { OAuthDoor } from '../access/oauth.ts';
import { issuersOf, oauthFault, type OAuthOptions } from '../access/oauth-options.ts';
import type { Sha256 } from '../access/keys.ts';
import type { Runtime } from '../engine/ports.ts';
import { wallTime } from '../engine/wall.ts';
import type { Egress, EgressOptions } from './egress.ts';
import { baseOf, type Seen } from './http/base.ts';
import { webEgress } from './web-egress.ts';

/** How long an issuer may take over an answer, in ms: a caller waits for it. */
const ISSUER_MS = 5_000;

export interface TokenPorts {
  readonly sha256: Sha256;
  readonly runtime: Pick<Runtime, 'now' | 'wall'>;
  /** What guards where requests go; default: that of the web. */
  readonly egress?: ((options: EgressOptions) => Egress) | undefined;
}

export class TokenDoors {
  readonly #ports: TokenPorts;
  #door: OAuthDoor | undefined;
  #madeOf = '';

  constructor(ports: TokenPorts) {
    this.#ports = ports;
  }

  /** @throws Error when the options contradict each other; then nothing has changed */
  of(options: OAuthOptions | undefined, seen: Seen): OAuthDoor | undefined {
    const madeOf = JSON.stringify([options, seen]);
    if (madeOf === this.#madeOf) return this.#door;
    const fault = options && oauthFault(options);
    if (fault !== undefined) throw new Error(`\`oauth\` ${fault}.`);
    const door = options && this.#make(options, seen);
    this.#madeOf = madeOf;
    this.#door = door;
    return door;
  }

  #make(options: OAuthOptions, seen: Seen): OAuthDoor {
    const { sha256, runtime, egress = webEgress } = this.#ports;
    const { jwksUri, introspection } = options;
    const trusted = [...issuersOf(options), jwksUri ?? [], introspection?.url ?? []].flat();
    return new OAuthDoor(options, {
      sha256,
      fetch: egress({ trusted, timeoutMs: ISSUER_MS }),
      // Issuers go by the time of day.
      now: () => wallTime(runtime),
      steady: () => runtime.now(),
      baseOf: (head) => baseOf(seen, head),
    });
  }
}
