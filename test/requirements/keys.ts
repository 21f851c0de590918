/** API keys: made, kept, shown, found out and taken back. */
import { area } from './row.ts';

export const keys = area('KEY', 'PROMISE who may', [
  [
    'DATADIR',
    'What is kept lies in one folder: beside the configuration file unless it is named by file, environment or flag.',
  ],
  [
    'FORMAT',
    'A key that the gateway makes has 192 random bits and a checksum that tells it from what looks like one.',
  ],
  [
    'FORMED',
    'Added keys are looked up for texts with a right checksum only; keys that users chose may be any text.',
  ],
  ['CONSTANT', 'Hashes are compared to their last character, wherever they differ.'],
  ['HASHED', 'A configuration that was read holds keys by their SHA-256 alone.'],
  [
    'EXPIRED',
    'A key that ran out is answered like one that is unknown, and what it opened ends at that time.',
  ],
  ['EXPIRES', '`expires` is a day or an instant; what is neither is refused with its line.'],
  ['REVOKED', 'A revoked key opens nothing, wherever else it is configured, and all that it opened ends.'],
  ['LATE-BODY', 'What a key had begun to send when it was revoked is refused, and does not run.'],
  ['FIRST', 'The first key shuts a door that was open, for good; what anybody had opened ends.'],
  [
    'PROJECTS',
    'An added key opens the projects it was added for, as another principal in each, or the gateway itself.',
  ],
  [
    'SOON',
    'What another process does to the keys is in force within a second, on every dialect and for every leg.',
  ],
  ['GONE', 'A store that is gone, broken, locked or newer opens nothing, and is told in one sentence.'],
  [
    'SWAPPED',
    'A store that a copy was written over, or whose journal was taken away, is opened anew: a revocation counts.',
  ],
  [
    'LISTED',
    'Keys are listed with what they open, until when, and when they were used last; never with the key.',
  ],
  [
    'STORE',
    'Added keys are kept by their SHA-256 in a file of their owner alone; what is written wrong opens nothing.',
  ],
  ['MANY', 'Ten thousand keys are no burden.'],
  [
    'CLI',
    '`sluice keys` adds, lists and revokes, shows a key once, and says in one sentence what it does not take.',
  ],
  ['NAMES', 'No name of a key can be taken for another, for an id, or move a terminal.'],
  ['EXPOSED', 'A wide address is served where an added key is good, and else only with configured ones.'],
  ['SCOPE', 'Who holds an added key finds what it was added for, and nothing else.'],
  ['USED', 'Uses of added keys are told, and refusals are not.'],
  ['SOURCE', 'The library takes a source of keys, and lets go of it at the end.'],
  [
    'ENVIRONMENT',
    '`API_KEYS` holds keys separated by commas, each a principal of its own; `API_KEY_REQUIRED` asks for them or not.',
  ],
]);
