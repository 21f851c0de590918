/** Who may use the admin API, and its quiet routes. */
import { area } from './row.ts';

export const admin = area('ADMIN', 'PROMISE admin', [
  [
    'TOKEN',
    'The address that is printed signs one in once and within ten minutes; neither it nor a session is kept but as a hash.',
  ],
  [
    'SESSION',
    'One stays signed in for twelve hours, until one signs out or the admin key is another; more than 64 are not kept.',
  ],
  [
    'COOKIE',
    'The cookie is out of reach of scripts, other sites and other paths, goes over https alone where it was set over that, and is named by its port.',
  ],
  [
    'STRANGER',
    'Whoever shows nothing, a key of a caller or a wrong key is told the same whatever is there; the admin key opens no MCP route.',
  ],
  [
    'FOREIGN',
    'No page of another origin or port calls here or reads a word, be it one that may call servers; a change by cookie must prove that the console meant it.',
  ],
  ['OFF', 'Where it is off there is nothing, in the words of any path that is not there.'],
  [
    'SETTINGS',
    'It is on by default where only this machine comes, elsewhere only with a key; a key that is weak, broken or one of a caller is refused.',
  ],
  ['BRAKE', 'Who guesses is braked as who guesses keys of callers is, and learns nothing by it.'],
  [
    'PAGE',
    'The console is served from a list of files, with its policy, types and encodings; the page is never kept, what has a hash in its name for ever; no path leads elsewhere.',
  ],
  ['REPORTS', 'What browsers report of the page is counted, in bounds, and answered with nothing.'],
  [
    'MCP',
    'An operator meets each server whole at a path of its own, in both eras; what it opened is no one else’s, and ends with its session.',
  ],
  ['ASKED', 'Lists and calls in plain HTTP answer as the server does, within their time.'],
  [
    'KEYS',
    'Keys are made, good at once and told once; two who revoke one are told who was second; those of the configuration are left alone.',
  ],
  [
    'AUDIT',
    'The audit trail is read page by page, in turns that hold up no call, and says where none is kept.',
  ],
  ['ACTS', 'What an operator changes, or fails to, is in the log and the audit trail.'],
  ['CONFIG', 'The configuration in force is shown with its sources and without a secret.'],
  ['DOCUMENT', 'The OpenAPI document names every route with what it takes and gives.'],
  [
    'LAZY',
    'The library reaches nothing of it, and a gateway loads its routes with the first request for one.',
  ],
  [
    'COMMAND',
    '`sluice console` prints an address that works once, whatever else looks at the gateway, or says why it has none; a token in a file that others may write is none.',
  ],
]);
