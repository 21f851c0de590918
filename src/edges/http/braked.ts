/** Who calls, with the brake on guessing: where too many wrong proofs came from, none is looked at any more. */
import type { Brake } from '../../access/brake.ts';
import type { Verdict } from '../../access/limits.ts';
import { welcomes } from '../sites.ts';
import { type Soon, whenKnown } from '../soon.ts';
import { type Asked, callerOf, type Known, type Stranger } from './caller.ts';
import type { IncomingRequest } from './request.ts';
import type { Match } from './routes.ts';
import { ticketOf } from './tickets.ts';

/** One that is not looked at: from its address came too much that is wrong. */
export interface Braked {
  readonly over: Verdict;
}

type BrakedAsked = Asked & { readonly front: { readonly brake: Brake } };

/** Never rejects. */
export function provenCaller(
  asked: BrakedAsked,
  match: Match | undefined,
  now: number,
): Soon<Known | Stranger | Braked> {
  const { front, address } = asked;
  if (!front.sites.haveKeys) return callerOf(asked, match);
  const over = front.brake.on(address, now);
  // Who goes on there comes with a new token now and then.
  const mayLookUp = over === undefined || (front.brake.knows(address) && 'keys');
  return whenKnown(callerOf(asked, match, mayLookUp), (found) => {
    if (over) return slowed(asked, match, found, over);
    const caller = 'word' in found ? undefined : found.caller;
    if (caller) front.brake.passed(address, caller.principal);
    else if (isGuess(asked, match, found)) front.brake.failed(address, now);
    return found;
  });
}

/** Only who was let in from there before, and who shows nothing, gets the usual answer. */
function slowed(
  { front, request, address }: BrakedAsked,
  match: Match | undefined,
  found: Known | Stranger,
  over: Verdict,
): Known | Stranger | Braked {
  if ('word' in found) return showsProof(request, match) ? { over } : found;
  const { caller, site } = found;
  if (!caller || !site.door.isRequired || front.brake.hasPassed(address, caller.principal)) return found;
  return match?.row.isPublic === true ? { site: front.sites.root, caller: undefined } : { over };
}

/** Something that is to tell who it is, be that so or not. */
function showsProof(request: IncomingRequest, match: Match | undefined): boolean {
  const hasKey = request.header('authorization') !== undefined || request.header('x-api-key') !== undefined;
  return hasKey || ticketOf(request, match) !== undefined;
}

/** Not a good proof at the wrong place, nor one that nobody looked at. */
function isGuess(asked: BrakedAsked, match: Match | undefined, found: Known | Stranger): boolean {
  if (('word' in found && found.word !== 'unauthorized') || !showsProof(asked.request, match)) return false;
  return asked.front.sites.all.some((site) => welcomes(site, asked));
}
