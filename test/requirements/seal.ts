/** State that clients keep for the gateway: nobody but the gateway reads or makes it. */
import { area } from './row.ts';

export const seal = area('SEAL', 'PROMISE no state of another', [
  ['ROUND', 'What was sealed opens for its context, whatever it is, and twice sealed are two texts.'],
  ['HIDDEN', 'Nothing of the state or of its context can be read from the text.'],
  ['FORGED', 'Of 10,000 texts made from sealed ones by any change, none opens.'],
  ['ONE-TEXT', 'No other spelling of a sealed text opens: one state, one text.'],
  ['CONTEXT', 'What was sealed for one context opens for no other.'],
  ['ROTATED', 'A new key seals while the old one still opens; one that is taken out opens nothing.'],
  ['OWN-KEY', 'Without configured keys each process has a random one: nothing opens elsewhere.'],
  ['BOUNDED', 'A state has a size that it cannot exceed, and a text that is longer is not even read.'],
  [
    'SECRETS',
    'Random bytes are taken as they are, passphrases are stretched; weak secrets are refused, and never told.',
  ],
  [
    'CONFIG',
    'Keys for state come from the file, with variables; faults have their line, `config` and log hide secrets.',
  ],
  ['RELOAD', 'Keys are rotated while the gateway runs.'],
]);
