/** What an operator sees and does, where it was not so once. */
import { area } from './row.ts';

export const seenRight = area('SEEN', 'PROMISE see it run', [
  [
    'FAILED-TOOLS',
    'A result that says of itself that the tool failed is an error in the numbers of the console, as it is in the metrics.',
  ],
  ['DISABLED', 'A server that an operator took out of service is `disabled` in the metrics, and not `up`.'],
  [
    'REPORTS',
    'What browsers say that the policy of the console kept from happening is counted in the metrics.',
  ],
  ['HEAD', 'Whoever asks only for the head of the live events gets it, and watches nothing.'],
  [
    'BRAKED-TOKEN',
    'An address of the console that is opened while guessing is braked there is good afterwards.',
  ],
  ['WORDS', 'Every refusal of the admin API is in its own words, with a hint that is about it.'],
  [
    'CLIENT-TEXTS',
    'What clients say of themselves, and what their messages are about, is shown to operators without what looks like a credential; no half of one is shown where a text is cut.',
  ],
  ['METRICS-TAKEN', 'Where the address of the metrics is taken, it is that address that the error names.'],
  [
    'CUT-MEMORY',
    'What is kept of a long text of a client takes the memory of what is kept, and not of the whole text.',
  ],
  ['VERSION', 'The `initialize` of a session is counted with the version that was agreed on in it.'],
  [
    'MASKED',
    'What looks like a credential is masked in the log wherever it stands, be it in a path with escaped characters before it.',
  ],
  ['TOSSED', 'A cookie of the same name that another page of the host has set signs no operator out.'],
  ['NODES', 'Who looks at one node of a cluster is told where the others are.'],
]);
