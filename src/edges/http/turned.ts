/** What is turned away at the door: told to the log in full, and to the peer in one sentence. */
import type { Responder } from '../../engine/ports.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import type { FrontOptions } from './front.ts';
import { refuse } from './replies.ts';
import type { IncomingRequest } from './request.ts';

export interface Turned {
  readonly front: Pick<FrontOptions, 'gateway'>;
  readonly request: IncomingRequest;
  readonly responder: Responder;
  readonly address: string;
}

/** @param fact what the log tells beside the path, for whoever runs the gateway; the peer is not told */
export function turnAway(asked: Turned, word: ErrorWord, message: string, fact?: string): undefined {
  note(asked, word, message, fact);
  refuse(asked.responder, word, message);
}

export function note(
  { front, request, address }: Turned,
  code: string,
  message: string,
  fact?: string,
): void {
  const asked = `${cut(request.method)} ${cut(request.path)}`;
  const facts = fact === undefined ? asked : `${fact}, ${asked}`;
  const told = `${message.slice(0, -1)} (${facts}).`;
  front.gateway.context.observer.refused?.({ where: 'http', code, message: told, address, asked, fact });
}

/** Characters of one text of a stranger in the log. */
const LOGGED_CHARACTERS = 200;

/** A text of a stranger, as long as the log has it. */
export function cut(text: string): string {
  return text.length > LOGGED_CHARACTERS ? `${text.slice(0, LOGGED_CHARACTERS)}…` : text;
}
