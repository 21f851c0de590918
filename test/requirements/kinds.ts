/** Servers of every kind × clients of every dialect, with real ones on both sides. */
import { KIND_ROWS } from '../matrix/kinds.ts';
import { area, type Requirement } from './row.ts';

/** Each is proven by all cells of the matrix of its kind and its dialect. */
const pairs: Requirement[] = KIND_ROWS.map(({ id, text }) => ({
  id,
  text,
  source: 'PROMISE any client, any server',
}));

const remote = area('KINDS', 'PROMISE any server', [
  [
    'SESSIONS',
    'Over the network, too, a session, a principal or all have a session of the server, as its entry says.',
    'PROMISE isolated',
  ],
  [
    'CREDENTIALS',
    'Headers of an entry reach its server with every request; nothing of the caller does.',
    'PROMISE credentials are not mixed',
  ],
  [
    'FORWARDED',
    'Of a caller only the headers that an entry lists reach its server, and replace none of the entry.',
    'PROMISE credentials are not mixed',
  ],
  [
    'DIES',
    'When a server over the network is killed and stays away, the calls in flight are told within ten seconds.',
    'PROMISE one answer',
  ],
  ['ENDS', 'A session of the server over the network is ended when its client goes, or the gateway ends.'],
  [
    'RESTART',
    'When a server over the network is killed and comes back, fifty who wait are answered or told, over one session.',
    'PROMISE one answer',
  ],
]);

export const kinds: readonly Requirement[] = [...pairs, ...remote];
