/**
 * Callers as another node has proven them. Who has one proof only is known here as well as there, and known by its name;
 * of who may come with another proof each time, as with tokens, it is told what this one is good for.
 *
 * Guarantees: who is not known here is nobody, whatever is told; one proof is one object, as long as it is used.
 */
import type { Caller } from '../../access/principal.ts';
import type { CallerBy } from '../http/carried.ts';
import type { Site } from '../sites.ts';

/** Proofs that are kept. */
const MOST = 1_000;

/** What is told of a caller: empty where its name says all. */
export function toldOf(site: Site, caller: Caller): string {
  if (site.door.recall(caller.principal) !== 'varies') return '';
  const { policy, certificate, until, scopes, limits, held } = caller;
  return JSON.stringify({ policy, certificate, until, scopes: scopes && [...scopes], limits, held });
}

export class ToldCallers {
  readonly #known = new Map<string, Caller>();

  /** Undefined where nobody can prove any more to be this principal. */
  readonly of: CallerBy = (site, { principal, caller: told, subject }) => {
    const recalled = site.door.recall(principal);
    if (recalled !== 'varies') return recalled;
    const caller = told === '' ? undefined : this.#kept(principal, told);
    if (!caller || !subject) return caller;
    return { ...caller, subject: site.door.shown?.(subject.key, subject.token) };
  };

  #kept(principal: string, told: string): Caller {
    const key = `${principal}\n${told}`;
    const known = this.#known.get(key) ?? callerOf(principal, told);
    this.#known.delete(key);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= MOST) this.#known.delete(oldest);
    this.#known.set(key, known);
    return known;
  }
}

/** @throws Error for what no node tells */
function callerOf(principal: string, told: string): Caller {
  const { scopes, ...rest } = JSON.parse(told) as Omit<Caller, 'scopes'> & { scopes?: readonly string[] };
  return { ...rest, principal, ...(scopes ? { scopes: new Set(scopes) } : {}) };
}
