/** What a caller may use of what there is. */
import { area } from './row.ts';

export const policy = area('POLICY', 'PROMISE safe by default', [
  [
    'CONFIG',
    'The gateway, each project and each key may have a `policy`; a server may be `readOnly` and have its arguments checked.',
  ],
  ['OPTIONS', 'A policy with a word or a value that is not known is refused when the gateway is made.'],
  [
    'LISTS',
    'Only what all policies of a caller let through is listed, under names that do not tell of the rest.',
  ],
  [
    'CALLS',
    'Whatever else is asked for, by any spelling, is unknown in the words of what is not there, and reaches no server.',
  ],
  [
    'SERVERS',
    'A server that is not there for a caller is answered as one that does not exist, on every leg and on `/health`.',
  ],
  [
    'ALL',
    'What holds is what the policies of the gateway, the project and the key let through together; deny wins.',
  ],
  [
    'READ-ONLY',
    'Who may only read sees and calls the tools that say so in the very conversation the call is sent in; what cannot be asked is refused.',
  ],
  [
    'CHECKED',
    'Where arguments are checked, a call is sent as it was written, or refused with -32602 that names places and rules and no value.',
  ],
  [
    'ARGUMENTS',
    'Arguments are held against the draft that the schema names.',
    'JSON Schema 2020-12 and draft 7',
  ],
  [
    'SCHEMAS',
    'A schema that is too large or too deep, or refers elsewhere, lets no call pass; nothing is fetched.',
  ],
  [
    'PATTERNS',
    'Patterns match as the language has it, in a time that grows with the text alone.',
    'ECMA-262, Patterns',
  ],
  ['BOMBS', 'No schema and no arguments keep the process busy: what takes too much work is refused.'],
  [
    'ORDER',
    'While a server is asked what it has, messages wait in their order, bounded; what cannot be judged is refused.',
  ],
  ['AGAIN', 'A call that is sent again in another conversation is judged by what that one lists.'],
  ['CACHES', 'What is kept or shared of a server is shown to each caller as its policy has it.'],
  ['RELOAD', 'A reload ends what was opened with a policy that says something else now, and nothing else.'],
  ['ENDS', 'What is there for a narrowed caller ends with its server, and starts none ahead.'],
  [
    'KEPT',
    'Mounts of narrowed callers that nobody uses are bounded; the one asked for longest ago goes first.',
  ],
  ['CHANGES', 'Nobody is told of a change of what it cannot see, nor can ask to be.'],
  [
    'CLIENTS',
    'All of it holds for real clients, in every dialect, over every leg, at children and far servers.',
  ],
  [
    'BYTES',
    'Whatever is written in whatever spelling, nothing reaches a server that the policy of its caller does not allow.',
  ],
]);
