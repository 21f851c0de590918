/** The console: its frame, and the pages for operators. */
import { area } from './row.ts';

export const consoleFrame = area('CONSOLE', 'PROMISE see it run: console', [
  [
    'TOKEN',
    'The address that `serve` prints signs in, once; the token leaves the address at once, and a used one is told as such.',
  ],
  [
    'SIGN-IN',
    'The admin key signs in, by keyboard alone; a wrong one is refused in words, and nothing is lost.',
  ],
  [
    'EXPIRED',
    'Where the sign-in ends while somebody types, the page says so, lets them sign in over it, and has kept what was typed.',
  ],
  [
    'LOST',
    'Where the gateway goes away, the page says so, tries again by itself, and says that it is back and was restarted.',
  ],
  [
    'KEYBOARD',
    'Shortcuts, the palette and the skip link reach every page; after a move the heading has the focus; single keys can be switched off.',
  ],
  ['THEME', 'Light and dark follow the system or the choice of the reader, who finds it again.'],
  ['PHONE', 'At 360 px every page is readable without scrolling sideways, and reached by the menu.'],
  ['AXE', 'No page has a violation that axe-core finds, in light and dark, wide and narrow.', 'WCAG 2.2 AA'],
  ['SIZE', 'What the overview needs until it is still is under 250 KB as sent, gzipped.'],
  ['REFUSED', 'Under an address that the gateway does not know the page says what to set.'],
  ['ADDRESSES', 'Addresses for clients are such that they can be used where the page is looked at.'],
  ['ITSELF', 'The page asks no other host, and nothing of it is kept out by its policy.'],
  ['BROKEN', 'A page that is not there, or that breaks, says so and leaves the others usable.'],
]);

export const consolePages = area('DESK', 'PROMISE see it run: console', [
  [
    'OVERVIEW',
    'The overview shows throughput, latency, errors and sessions as they happen, as charts and as tables.',
  ],
  ['TROUBLES', 'What is wrong is on the overview, with what to do about it.'],
  ['SMOOTH', 'The overview stays smooth while a thousand messages a second pass.'],
  ['SERVERS', 'Each server has a card with its state, era, last fault and what to do, latency and sessions.'],
  ['ACTIONS', 'Servers are restarted, disabled and enabled from their card; what ends calls asks first.'],
  [
    'SETUP',
    'What is to be pasted into clients reaches the server as it stands, over both transports, with and without a key.',
  ],
  [
    'KEYS',
    'Keys are made, shown once with a way to copy them, and revoked; what others did meanwhile is told.',
  ],
  [
    'AUDIT',
    'The audit trail is read page by page and filtered; where it is off, it is told how to turn it on.',
  ],
  [
    'LOGS',
    'The log is followed, filtered by level and words, paused, and opened line by line; a flood neither blocks nor fills the page.',
  ],
  ['SETTINGS', 'The configuration in force is shown with the source of each value, and no secret.'],
]);

export const foreignText = area('FOREIGN', 'PROMISE see it run: bad input', [
  ['SEEN', 'What cannot be seen, or turns around what stands beside it, is shown by name.'],
  ['CUT', 'Long text is cut between characters, says how much is left, and can be seen in steps.'],
  ['TEXT', 'Markup, scripts and escapes of others are shown as text in every field and never run.'],
]);
