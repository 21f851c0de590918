/** What of a caller goes on to a server: only what its entry names, and never to the link of another. */
import { LOOP_HEADER } from '../protocol/loop.ts';
import type { LinkContext, Subject, UpstreamDriver } from './ports.ts';

/** Who calls, where a server is shown credentials of each. No header has such a name. */
export const PRINCIPAL = ':principal';
/** The same where they are had for what the caller showed: tells subjects apart. */
export const SUBJECT = ':subject';
/** What the caller showed. Under a symbol, so that whoever writes headers does not even see it. */
const SHOWN = Symbol('subject');

/**
 * Headers by lower-case name; undefined where there is nothing to pass on. With them, under its own name, the gateways
 * that the request has passed: every server is to be told of them.
 */
export type Forwarded = (Readonly<Record<string, string>> & { readonly [SHOWN]?: Subject }) | undefined;

/** The names of what a server is to be told of its callers. @param names of headers, in any case */
export function namesFor(
  driver: Pick<UpstreamDriver, 'personal'>,
  names: readonly string[],
): readonly string[] {
  const lower = names.map((name) => name.toLowerCase());
  if (driver.personal === undefined) return lower;
  return [...lower, driver.personal === 'subject' ? SUBJECT : PRINCIPAL];
}

/** What of it one server is to be sent. @param names in lower case */
export function forwardedTo(names: readonly string[], forwarded: Forwarded): Forwarded {
  return forwarded && pickedFrom([LOOP_HEADER, ...names], forwarded);
}

/** What goes on under these names. */
export function pickedFrom(names: readonly string[], forwarded: NonNullable<Forwarded>): Forwarded {
  const picked = names.flatMap((name) => {
    const value = forwarded[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (picked.length === 0) return undefined;
  const all: NonNullable<Forwarded> = Object.fromEntries(picked);
  const subject = forwarded[SHOWN];
  return subject && all[SUBJECT] !== undefined ? { ...all, [SHOWN]: subject } : all;
}

/** With what a caller showed. */
export function withSubject(forwarded: Forwarded, subject: Subject): NonNullable<Forwarded> {
  return { ...forwarded, [SUBJECT]: numberOf(subject), [SHOWN]: subject };
}

/** What a link is opened with, in the name of a caller. */
export function contextWith(context: LinkContext, forwarded: Forwarded): LinkContext {
  if (!forwarded) return context;
  const subject = forwarded[SHOWN];
  return subject ? { ...context, forwarded, subject } : { ...context, forwarded };
}

/** Whether a server may see in it who calls, and so answer otherwise. */
export function speaksFor(names: readonly string[], forwarded: Forwarded): boolean {
  return forwarded !== undefined && names.some((name) => forwarded[name] !== undefined);
}

/** Equal for requests that one conversation may serve: of the same principal, with the same headers to pass on. */
export function callerKey(principal: string, forwarded: Forwarded): string {
  return forwarded ? `${principal}\n${JSON.stringify(Object.entries(forwarded).sort())}` : principal;
}

/** Subjects are told apart as long as they live, and no longer. */
const numbers = new WeakMap<Subject, string>();
let latest = 0;

function numberOf(subject: Subject): string {
  const known = numbers.get(subject);
  if (known !== undefined) return known;
  const number = String(++latest);
  numbers.set(subject, number);
  return number;
}
