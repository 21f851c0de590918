/** Where requests of the gateway may go that no operator wrote down. */
import { area } from './row.ts';

export const egress = area('EGRESS', 'PROMISE no way inside for addresses that others tell; RFC 6890', [
  [
    'ADDRESSES',
    'Only public addresses are asked: no loopback, private, link-local, shared or special ones, in no form of IPv6 and however a host name writes them.',
  ],
  ['ALL', 'A name is refused when any of its addresses is not public.'],
  ['PINNED', 'A name is looked up once, and the connection goes to the address that was checked.'],
  ['HTTPS', 'What no setting names is asked over https only, without a user or a password.'],
  ['REDIRECT', 'No redirect is followed, wherever it leads.'],
  ['TRUSTED', 'What a setting names may be inside, for its own origin and no other port or scheme.'],
  ['REF', 'A schema that a tool refers to elsewhere is not fetched, also where arguments are checked.'],
  [
    'ROUTES',
    'No request can bring a command, its arguments or an address of a server with it, on any route.',
  ],
  ['BOUNDED', 'An answer is bounded in bytes and in time.'],
  [
    'WEB',
    'Where the runtime has nothing but `fetch`, names and addresses are checked, and redirects refused, too.',
  ],
]);
