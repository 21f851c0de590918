/** The console when what it looks at goes away, changes under it, or says too much. */
import { area } from './row.ts';

export const tornPage = area('TORN', 'PROMISE see it run: a page that lasts', [
  [
    'QUIET',
    'A session of the playground that is over is not opened again by looking at it: nobody is asked for nothing.',
  ],
  [
    'SERVERS',
    'What becomes of a server (disabled by somebody else, taken out of the configuration, put into it) is seen within seconds.',
  ],
  [
    'SESSION',
    'What was watched in a session of the playground is asked for again in the one that takes its place.',
  ],
  ['LISTS', 'Lists that change all the time are asked for once at a time, and once a second at most.'],
  ['TABS', 'Who signs in or out in one page of the console does so in all that are open in that browser.'],
  ['FOCUS', 'Where what had the focus is taken away, it goes to what is beside it, never out of the page.'],
  ['FORCED', 'In the colours of the system, lines of charts can be told apart, and what is chosen is seen.'],
  ['NAMELESS', 'A tool without a name can be found and run like any other.'],
  ['KEY-NAME', 'Which names a key may have is said where it is typed, and seen before it is sent.'],
  ['PLURAL', 'Numbers choose their word.'],
  ['DIGITS', 'A number too large for a page is said to be rounded, in arguments and in results.'],
]);
