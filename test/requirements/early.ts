/** What a page of the console does while something of it is still on its way. */
import { area } from './row.ts';

export const early = area('EARLY', 'PROMISE console', [
  ['FORM', 'Run that is pressed before the form of a tool is there is done once it is.'],
  ['AWAY', 'A form that cannot be loaded is said to be that, and gives way to raw JSON.'],
  ['FEED', 'A page that follows something else is told of the rest until it is told of all of it.'],
  ['PAST', 'What passes while the past of a session is asked for is shown, in its order.'],
  ['COUNT', 'A session that is listed and told of at once is counted once.'],
  ['ANSWER', 'An answer that is older than what was told meanwhile does not take its place.'],
  ['ONCE', 'What is on its way is not sent once more by the Enter key.'],
  ['PAUSED', 'What passed while charts stood still is asked for when they go on.'],
]);
