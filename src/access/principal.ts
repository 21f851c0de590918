/** Who calls, once proven. */
import type { RequestHead } from '../engine/ports.ts';

/** The principal where no key is asked for: everybody who reaches the gateway. */
const ANYBODY = 'anybody';

export interface Authenticator {
  /** Whether a proof is asked for at all. */
  readonly isRequired: boolean;
  /** The principal of a request; undefined when it proves nothing. Constant in time over the keys known. */
  authenticate(head: RequestHead): string | undefined;
  /** Whether anybody can still prove to be this principal. */
  knows(principal: string): boolean;
}

/** Asks for nothing: right on loopback only. */
export const openDoor: Authenticator = {
  isRequired: false,
  authenticate: () => ANYBODY,
  knows: (name) => name === ANYBODY,
};

/** Lets nobody in: where there is nothing for anybody. */
export const closedDoor: Authenticator = {
  isRequired: true,
  authenticate: () => undefined,
  knows: () => false,
};

/** The same callers as principals of their own: what they open there is not theirs elsewhere. */
export function within(scope: string, door: Authenticator): Authenticator {
  const prefix = `${scope}/`;
  return {
    isRequired: door.isRequired,
    authenticate: (head) => {
      const principal = door.authenticate(head);
      return principal === undefined ? undefined : prefix + principal;
    },
    knows: (principal) => principal.startsWith(prefix) && door.knows(principal.slice(prefix.length)),
  };
}
