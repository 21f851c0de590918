/** What whoever runs the gateway may rely on: no trap in a setting, no command that fails without need. */
import { area } from './row.ts';

export const operators = area('OPERATOR', 'PROMISE operators', [
  [
    'NAMED',
    'Where tokens are taken, and any host may be called, the gateway does not start without a name: no caller chooses what a token is meant for.',
    'RFC 8707',
  ],
  [
    'REFUSED',
    '`sluice list` and `sluice call` do not knock again where they are told to wait, and tell the way out where a certificate is not trusted.',
  ],
  [
    'KEY-PLACE',
    'Who adds a key is told which gateway takes it, and which of the servers that it is for are not there.',
  ],
  [
    'ADVICE',
    'Settings that are allowed and hardly meant (keys that can be guessed, servers that nobody could use) are warned of.',
  ],
  ['SNIPPETS', 'What the documents show of a configuration is one without a fault.'],
  [
    'TRAIL',
    'The audit trail is read without anything that only the gateway needs, and can be followed from before it begins.',
  ],
]);
