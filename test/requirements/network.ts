/** Servers over the network: addresses, headers, Streamable HTTP and HTTP+SSE. */
import { area } from './row.ts';

export const network = area('NETWORK', 'PROMISE any server', [
  ['ADDRESS', 'An address that no driver can take is refused when the driver is made, in one sentence.'],
  ['HEADERS', 'A header of an entry that cannot be sent, or is ours to set, is refused without its value.'],
  [
    'FORWARDED',
    'The headers of a caller never replace those of the entry, of the driver, or the host.',
    'PROMISE credentials are not mixed',
  ],
]);
