/** Projects: servers, keys and limits of their own; and what of a caller reaches a server. */
import { area } from './row.ts';

export const projects = area('PROJECT', 'PROMISE projects', [
  [
    'CONFIG',
    'A project has servers, keys and limits of its own; what is wrong with it is told with its place.',
  ],
  [
    'ROUTES',
    'Each project has its own routes, and servers of its own that may be called like those of others.',
  ],
  ['KEYS', 'The keys of a project open that project and nothing else; without any, those of the gateway do.'],
  ['HIDDEN', 'Without a valid key, or with one of elsewhere, no answer tells whether a project exists.'],
  ['SESSIONS', 'A session is found under the project it was opened in only.'],
  ['LIMITS', 'The sessions and streams of a project are bounded for themselves.'],
  ['HEALTH', 'The servers of a project are shown to those with its key only.'],
  [
    'OTHERS',
    '`/health` tells nobody without a key of the gateway how the servers of others are, and what goes on there.',
  ],
  ['RELOAD', 'A reload takes over what changed of a project, and touches no other.'],
]);

export const forwarding = area('FORWARD', 'PROMISE no one else', [
  [
    'LISTED',
    'Only headers that the entry of a server names are passed on from the caller, and only to that server.',
  ],
  ['APART', 'Calls with different headers to pass on never share a link, with or without a session.'],
  ['PAGES', 'A page of an allowed origin may send the headers that are passed on.'],
  ['OWN-LINK', 'A link that carries headers of a caller is refused to be shared.'],
]);

export const loops = area('LOOP', 'RFC 8586', [
  ['FOUND', 'A gateway that is its own server, over any transport, says so at once, and the rest goes on.'],
  ['CIRCLE', 'Gateways that are servers of each other say so, too.'],
]);
