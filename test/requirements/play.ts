/** The playground of the console. */
import { area } from './row.ts';

export const play = area('PLAY', 'PROMISE see it run: playground', [
  [
    'LISTS',
    'Every tool, prompt, resource and template of a server is listed, page by page, and again when it changes.',
  ],
  ['PROMPTS', 'Prompts are got, resources read, templates filled in, and arguments completed by the server.'],
  ['PROGRESS', 'A run shows its progress, its time and what the server writes meanwhile.'],
  ['CANCEL', 'A run is cancelled at the server.'],
  [
    'ASKED',
    'What servers ask is answered, declined or cancelled by a person; in bounds, and withdrawn when called off.',
  ],
]);
