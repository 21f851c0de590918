/** The playground of the console. */
import { area } from './row.ts';

export const play = area('PLAY', 'PROMISE see it run: playground', [
  [
    'LISTS',
    'Every tool, prompt, resource and template of a server is listed, page by page, and again when it changes.',
  ],
  ['PROMPTS', 'Prompts are got, resources read, templates filled in, and arguments completed by the server.'],
  ['FORM', 'Arguments are a form by their JSON Schema; what does not fit is said beside its field.'],
  ['RAW', 'Arguments can be written as raw JSON, and going from one to the other keeps what was typed.'],
  [
    'SCHEMAS',
    'Schemas with cycles, references, 500 fields, or broken ones: raw JSON, and why; never a broken page.',
  ],
  ['HINTS', 'What a server says of a tool is shown; one that may destroy is run only after it was asked.'],
  ['PROGRESS', 'A run shows its progress, its time and what the server writes meanwhile.'],
  ['CANCEL', 'A run is cancelled at the server.'],
  ['ROOM', 'So many run at once that a browser, with its six connections, can still cancel one.'],
  [
    'ASKED',
    'What servers ask is answered, declined or cancelled by a person; in bounds, and withdrawn when called off.',
  ],
  [
    'RESULTS',
    'Texts, pictures, sounds, resources, links, structured results as tables or trees, and raw JSON.',
  ],
  ['ERRORS', 'Errors of tools, of the protocol and of the way there are told with what to do.'],
  [
    'HISTORY',
    'Runs are kept by the browser within bounds, and can be run again, edited, pinned and forgotten.',
  ],
  ['SECRETS', 'What looks like a secret is not kept.'],
  ['COMPARE', 'Two runs are compared side by side, with differences marked.'],
  ['KEYBOARD', 'All of it works by keyboard alone.'],
  ['AXE', 'axe-core finds nothing wrong with it, in both themes, and 360 px are enough.'],
  [
    'HOSTILE',
    'Whatever a server writes, wherever it is shown, is text: nothing is executed, no node is made of it.',
  ],
]);
