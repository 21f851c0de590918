/** Which headers of a request go on to servers. */
import type { Forwarded } from '../../engine/forwarded.ts';
import { gatewaysIn, LOOP_HEADER } from '../../protocol/loop.ts';
import type { ServerVisit } from './front.ts';

/** Who opens a session, where, and with what of its own: for every leg the same. */
export function openerOf(visit: ServerVisit) {
  const { mount, principal, caller, site, address, front } = visit;
  const project = site.part?.name;
  const payers = front.gateway.context.ledger.payersOf({ principal, project, address, caps: caller.held });
  const forwarded = forwardedOf(visit);
  return { mount, principal, subject: caller.subject, payers, address, forwarded };
}

/** A list of several values is one text, as HTTP has it (RFC 9110 section 5.3). */
function forwardedOf({ mount, request }: ServerVisit): Forwarded {
  const passed = gatewaysIn(request.header(LOOP_HEADER));
  let found: Record<string, string> | undefined =
    passed === undefined ? undefined : { [LOOP_HEADER]: passed };
  for (const name of mount.forwardHeaders) {
    const value = request.header(name);
    if (value !== undefined) (found ??= {})[name] = value;
  }
  return found;
}
