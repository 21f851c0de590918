/** Many servers behind one door. */
import { area } from './row.ts';

export const merged = area('MERGE', 'PROMISE many servers at one address', [
  ['NAME-UNIQUE', 'No two tools are listed under one name, and no name has more than 64 characters.'],
  ['NAME-STABLE', 'Names do not depend on the order in which servers tell them.'],
  ['NAME-ALWAYS', 'Where it is wished, every name begins with that of its server.'],
  ['NAME-BARE', 'A bare name that two servers have is understood as that of the first in the configuration.'],
  ['NAME-QUALIFIED', '`server__tool` is understood for every tool, whether it is listed so or not.'],
  ['NAME-LONG', 'A name that is too long is cut and ends in a hash of the whole.'],
  ['NAME-TOLD', 'A name that a tool was listed under stays its own while it is there.'],
  ['VIEW-HIDDEN', 'A tool that is hidden is unknown by all of its names.'],
  ['VIEW-RENAMED', 'A tool is listed and called by the name it was given.'],
  [
    'LIST-BYTES',
    'An item of a merged list has the bytes its server wrote, but for its name and description.',
  ],
  ['CURSOR', 'A cursor from before a change leaves nothing out and is no error.', 'MCP pagination'],
  ['URI-TWICE', 'A resource that two servers list is that of the first in the configuration.'],
  ['URI-TEMPLATE', 'A URI that nobody lists is of the server whose template makes it.'],
]);
