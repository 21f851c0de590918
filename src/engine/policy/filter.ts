/** What of one kind of one server all policies let through, by the names that callers know. */
import { fits, fitsAny, patternOf, type Pattern } from '../catalog/patterns.ts';

/** One policy's patterns, with those that cannot be about this server left out. */
export interface Part {
  /** Undefined: all. */
  readonly allow: readonly Pattern[] | undefined;
  readonly deny: readonly Pattern[];
}

export class Filter {
  readonly #parts: readonly Part[];
  /** Whether it lets everything through. */
  readonly isOpen: boolean;
  /** Whether it lets nothing through, whatever the name. */
  readonly isShut: boolean;

  constructor(parts: readonly Part[]) {
    this.#parts = parts.filter((part) => !isOpen(part));
    this.isOpen = this.#parts.length === 0;
    this.isShut = parts.some(({ allow, deny }) => allow?.length === 0 || deny.some(isAny));
  }

  lets(name: string): boolean {
    for (const { allow, deny } of this.#parts)
      if ((allow && !fitsAny(name, allow)) || fitsAny(name, deny)) return false;
    return true;
  }
}

function isOpen({ allow, deny }: Part): boolean {
  return deny.length === 0 && (allow === undefined || allow.some(isAny));
}

function isAny({ parts }: Pattern): boolean {
  return parts.length > 1 && parts.every((part) => part === '');
}

/** A pattern of the form `server/name`, or `*` for all of all servers. */
export interface Reach {
  readonly server: Pattern;
  readonly name: Pattern;
}

const ALL = patternOf('*');

/** Cut at the first slash: no server's name has one. One without a slash is of servers, and of all they have. */
export function reachOf(source: string): Reach {
  const at = source.indexOf('/');
  if (at < 0) return { server: patternOf(source), name: ALL };
  return { server: patternOf(source.slice(0, at)), name: patternOf(source.slice(at + 1)) };
}

/** The patterns of names that speak of a server. */
export function within(server: string, reaches: readonly Reach[]): Pattern[] {
  return reaches.flatMap((reach) => (fits(server, reach.server) ? [reach.name] : []));
}
