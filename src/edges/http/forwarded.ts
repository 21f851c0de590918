/** Which headers of a request go on to servers. */
import { addressKey } from '../../access/address-key.ts';
import { type Forwarded, PRINCIPAL, SUBJECT, withSubject } from '../../engine/forwarded.ts';
import { gatewaysIn, LOOP_HEADER } from '../../protocol/loop.ts';
import type { ServerVisit } from './front.ts';

/** Who opens a session, where, and with what of its own: for every leg the same. */
export function openerOf(visit: ServerVisit) {
  const { mount, principal, caller, site, address, front, request } = visit;
  const project = site.part?.name;
  const { ledger } = front.gateway.context;
  const payers = ledger.payersOf({ principal, project, address: addressKey(address), caps: caller.held });
  const forwarded = forwardedOf(visit);
  const [origin, userAgent] = [request.header('origin'), request.header('user-agent')];
  return { mount, principal, payers, address, origin, userAgent, forwarded };
}

/** A list of several values is one text, as HTTP has it (RFC 9110 section 5.3). */
function forwardedOf({ mount, request, principal, caller }: ServerVisit): Forwarded {
  const passed = gatewaysIn(request.header(LOOP_HEADER));
  let found: Record<string, string> | undefined =
    passed === undefined ? undefined : { [LOOP_HEADER]: passed };
  let isExchanged = false;
  for (const name of mount.forwardHeaders) {
    if (name === SUBJECT) {
      isExchanged = true;
      continue;
    }
    const value = name === PRINCIPAL ? principal : request.header(name);
    if (value !== undefined) (found ??= {})[name] = value;
  }
  return isExchanged && caller.subject ? withSubject(found, caller.subject) : found;
}
