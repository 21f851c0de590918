/** The two eras of the protocol: telling them apart. */
import { area } from './row.ts';

export const eras = area('ERA', 'MCP 2026-07-28, versioning; base protocol, `_meta`', [
  [
    'CUTS',
    'Members of an object within a message are taken out and put in; all other bytes stay as they are.',
  ],
  ['CLAIM', 'A message of a client is modern exactly when its own `params._meta` names a protocol version.'],
]);
