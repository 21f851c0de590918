/** Who calls, once proven; and why somebody was not let in. */
import type { RequestHead, Subject } from '../engine/ports.ts';
import type { Caps } from '../engine/ports-held.ts';
import type { Policy } from '../engine/ports-policy.ts';
import type { RateRule } from './rate-rules.ts';

/** Who calls, once proven, and what comes with the proof. One object for one proof: it may be kept and compared. */
export interface Caller {
  /** Whatever is kept of a caller is kept under this, and never found under another. */
  readonly principal: string;
  /** What it may use of what its site has; default: all. */
  readonly policy?: Policy | undefined;
  /** SHA-256 of the certificate that goes with its proof, in lower-case hex; default: none does. */
  readonly certificate?: string | undefined;
  /** When the proof runs out, in ms since the epoch; default: never. What was opened with it ends then. */
  readonly until?: number | undefined;
  /** What its token is good for, where its proof is one; default: whatever its policy allows. */
  readonly scopes?: ReadonlySet<string> | undefined;
  /** How much it may do within a time, in place of what its site says of callers; default: as the site says. */
  readonly limits?: RateRule | undefined;
  /** What it may hold at once, in place of what its site says of callers; default: as the site says. */
  readonly held?: Caps | undefined;
  /** What may be exchanged for credentials at servers; default: nothing. */
  readonly subject?: Subject | undefined;
}

/** Why nobody is let in, as far as a stranger may know (RFC 6750 section 3.1). */
export interface Refused {
  readonly isRefused: true;
  /** Default: no proof was shown. `unavailable`: it cannot be told now, so it is refused for now. */
  readonly error?: 'invalid_token' | 'insufficient_scope' | 'unavailable' | undefined;
  /** The scopes that would do. */
  readonly scope?: string | undefined;
  /** What the log is told: which proof it was, never the proof. */
  readonly fact?: string | undefined;
}

/** What is asked for: the part of the path before the leg (`/servers/files`, or nothing at the root), and the leg. */
export interface Place {
  readonly prefix: string;
  readonly leg: string;
  /** Who may be asked about a proof that is not known yet; default: whoever there is. */
  readonly mayLookUp?: LookUp;
}

/** `keys`: only for what proves all that an issuer signed, not about this one. False: nobody. */
export type LookUp = boolean | 'keys';

export type Proof = Caller | Refused;

export interface Authenticator {
  /** Whether a proof is asked for at all; may become so. */
  readonly isRequired: boolean;
  /** Whether all whom it lets in are one caller; may change. Default false. */
  readonly isOne?: boolean;
  /**
   * Who shows what. At once where that can be told at once. Never rejects.
   * How long it takes tells nothing of the proofs that are known.
   */
  authenticate(head: RequestHead, at: Place): Proof | Promise<Proof>;
  /**
   * Whether somebody may keep what it opened: its caller as it is known now; `varies` where another proof of it may come
   * with another policy; undefined where nobody can prove any more to be this principal.
   */
  recall(principal: string): Caller | 'varies' | undefined;
  /**
   * What may be exchanged of a caller that showed this token to another node. Default: nothing may.
   * @param key see `Subject.key`
   */
  shown?(key: string, token: string): Subject | undefined;
  /** The value of `WWW-Authenticate` for whom it refused. */
  challenge(head: RequestHead, at: Place, refused: Refused): string;
}

export function isRefused(proof: Proof): proof is Refused {
  return 'isRefused' in proof;
}

/** Nothing was shown that anybody could look at. */
export const NO_PROOF: Refused = { isRefused: true };

const BEARER = 'Bearer';

/** Asks for nothing: right on loopback only. */
const anybody: Caller = { principal: 'anybody' };

export const openDoor = {
  isRequired: false,
  isOne: true,
  authenticate: () => anybody,
  recall: (principal: string) => (principal === anybody.principal ? anybody : undefined),
  challenge: () => BEARER,
} satisfies Authenticator;

/** Lets nobody in: where there is nothing for anybody. */
export const closedDoor: Authenticator = {
  isRequired: true,
  authenticate: () => NO_PROOF,
  recall: () => undefined,
  challenge: () => BEARER,
};

/** The same callers as principals of their own: what they open there is not theirs elsewhere. */
export function within(scope: string, door: Authenticator): Authenticator {
  const prefix = `${scope}/`;
  const scoped = new WeakMap<Caller, Caller>();
  const inside = (proof: Proof): Proof => {
    if (isRefused(proof)) return proof;
    const known = scoped.get(proof);
    if (known) return known;
    const caller = { ...proof, principal: prefix + proof.principal };
    scoped.set(proof, caller);
    return caller;
  };
  return {
    get isRequired() {
      return door.isRequired;
    },
    get isOne() {
      return door.isOne === true;
    },
    authenticate: (head, at) => {
      const proof = door.authenticate(head, at);
      return proof instanceof Promise ? proof.then(inside) : inside(proof);
    },
    recall: (principal) => {
      if (!principal.startsWith(prefix)) return undefined;
      const caller = door.recall(principal.slice(prefix.length));
      return caller === undefined || caller === 'varies' ? caller : (inside(caller) as Caller);
    },
    shown: (key, token) => door.shown?.(key, token),
    challenge: (head, at, refused) => door.challenge(head, at, refused),
  };
}

/**
 * Several doors side by side: the first that lets somebody in does. Where all refuse, the last refusal that knows
 * something is told, in the words of the last door: it is the one that can say where a proof is to be had.
 */
export function eitherOf(doors: readonly [Authenticator, ...Authenticator[]]): Authenticator {
  const last = doors.at(-1) as Authenticator;
  const mostTelling = (found: readonly Refused[]): Refused =>
    found.findLast(({ error }) => error !== undefined) ?? found.at(-1) ?? NO_PROOF;
  const ask = (
    head: RequestHead,
    at: Place,
    from: number,
    found: readonly Refused[],
  ): Proof | Promise<Proof> => {
    const door = doors[from];
    if (!door) return mostTelling(found);
    const known = (proof: Proof) => (isRefused(proof) ? ask(head, at, from + 1, [...found, proof]) : proof);
    const proof = door.authenticate(head, at);
    return proof instanceof Promise ? proof.then(known) : known(proof);
  };
  return {
    get isRequired() {
      return doors.every(({ isRequired }) => isRequired);
    },
    authenticate: (head, at) => ask(head, at, 0, []),
    recall: (principal) => {
      for (const door of doors) {
        const caller = door.recall(principal);
        if (caller !== undefined) return caller;
      }
      return undefined;
    },
    shown: (key, token) => {
      for (const door of doors) {
        const subject = door.shown?.(key, token);
        if (subject) return subject;
      }
      return undefined;
    },
    challenge: (head, at, refusal) => last.challenge(head, at, refusal),
  };
}
