/** Why a server did not let a conversation begin, for the client that waits for it. */
import { outcomeOf } from '../../protocol/long.ts';
import type { Message } from '../../protocol/message.ts';
import type { Failure } from '../own-call.ts';
import { parsed } from './canonical.ts';

/** How much of the server's own words is told. */
const MOST_CHARACTERS = 300;

/** @param answer the error that `initialize` was answered with */
export function refusalBy(server: string, answer: Message): Failure {
  const { message } = parsed(outcomeOf(answer));
  const said = typeof message === 'string' ? oneLine(message) : '';
  const why = `The server "${server}" refused to be initialised`;
  return { word: 'upstream_start_failed', message: said === '' ? `${why}.` : `${why}: ${said}` };
}

/** Without control characters, and no longer than a sentence may be. */
function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * MOST_CHARACTERS)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}
