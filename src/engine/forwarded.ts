/** Headers of a caller on their way to a server: only those its entry names, and never to the link of another. */
import { LOOP_HEADER } from '../protocol/loop.ts';

/**
 * By lower-case name; undefined where there is nothing to pass on. With them, under its own name, the gateways that the
 * request has passed: every server is to be told of them.
 */
export type Forwarded = Readonly<Record<string, string>> | undefined;

/** What of it one server is to be sent. @param names in lower case */
export function forwardedTo(names: readonly string[], forwarded: Forwarded): Forwarded {
  if (!forwarded) return undefined;
  const picked = [LOOP_HEADER, ...names].flatMap((name) => {
    const value = forwarded[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return picked.length === 0 ? undefined : Object.fromEntries(picked);
}

/** Whether a server may see in it who calls, and so answer otherwise. */
export function speaksFor(names: readonly string[], forwarded: Forwarded): boolean {
  return forwarded !== undefined && names.some((name) => forwarded[name] !== undefined);
}

/** Equal for requests that one conversation may serve: of the same principal, with the same headers to pass on. */
export function callerKey(principal: string, forwarded: Forwarded): string {
  return forwarded ? `${principal}\n${JSON.stringify(Object.entries(forwarded).sort())}` : principal;
}
