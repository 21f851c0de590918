/** Projects: servers, keys and limits of their own; and what of a caller reaches a server. */
import { area } from './row.ts';

export const projects = area('PROJECT', 'PROMISE projects', [
  [
    'CONFIG',
    'A project has servers, keys and limits of its own; what is wrong with it is told with its place.',
  ],
  ['RELOAD', 'A reload takes over what changed of a project, and touches no other.'],
]);

export const forwarding = area('FORWARD', 'PROMISE no one else', [
  ['OWN-LINK', 'A link that carries headers of a caller is refused to be shared.'],
]);
