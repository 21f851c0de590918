/** The pages of the console that show sessions, and what the admin API can do. */
import { area } from './row.ts';

export const sessionsPage = area('SESSIONS', 'PROMISE console', [
  [
    'LIST',
    'The console lists sessions as they come and go, and finds them by server, dialect, caller, state and words.',
  ],
  ['CLOSE', 'A session is closed from the list once more asked, and is shown afterwards with the reason.'],
  [
    'TIMELINE',
    'What passes in a session is shown as a sequence diagram of both directions in their order, with progress, questions, latencies and errors in words.',
  ],
  [
    'DETAIL',
    'A message is shown whole, as a tree, a text and as sent, with the way to its answer or request, and the timeline can stand still.',
  ],
  [
    'REPLAY',
    'A request is sent once more, as it was or changed, in a session of the console, and both answers stand side by side.',
  ],
  [
    'HOSTILE',
    'What clients and servers wrote is shown as text in every place of it, and nothing is made from it.',
  ],
  [
    'EXPORT',
    'What is shown of a timeline is saved as a line for each message, and as requests with their answers.',
  ],
  [
    'FLOOD',
    'A timeline stays quick in a flood: few rows are in the page, short bursts are filled in, and what is left out is said.',
  ],
  ['MODERN', 'Requests of modern clients, which belong to no session, are shown as well.'],
  ['PHONE', 'The timeline is used on a phone of 360 pixels.'],
]);

export const referencePage = area('REFERENCE', 'PROMISE console', [
  [
    'DOCUMENT',
    'The reference shows every operation of the OpenAPI document: parameters, schemas, an example, and a command to copy.',
  ],
  ['TRY', 'What only reads can be tried in the page, and its answer is shown with its status and time.'],
  [
    'KEYS',
    'The reference is used by keyboard alone, has no violation that axe-core finds, and fits a phone.',
  ],
]);
