/** A timeline as a file: a line for each message, or one log after the manner of HTTP archives. */
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { isAnswer } from './timeline.ts';

export function ndjsonOf(messages: readonly MessageView[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join('');
}

/** Requests with their answers, each with its time: as an HTTP archive has entries, in the words of MCP. */
export function harOf(messages: readonly MessageView[], session: string): string {
  const answers = new Map<string, MessageView>();
  for (const message of messages) {
    if (isAnswer(message)) answers.set(`${message.call ?? ''} ${sideOf(message)}`, message);
  }
  const entries = messages
    .filter((message) => !isAnswer(message))
    .map((message) => {
      const answer =
        message.kind === 'request'
          ? answers.get(`${message.call ?? message.seq} ${sideOf(message)}`)
          : undefined;
      return {
        startedDateTime: new Date(message.at).toISOString(),
        time: answer?.ms ?? null,
        leg: message.leg,
        server: message.server,
        kind: message.kind,
        method: message.method ?? null,
        target: message.target ?? null,
        request: contentOf(message),
        response: answer ? { ...contentOf(answer), isError: answer.kind === 'error' } : null,
      };
    });
  const log = { version: '1.0', creator: { name: 'Sluice', version: '1' }, session, entries };
  return `${JSON.stringify({ log }, null, 2)}\n`;
}

function sideOf({ leg }: MessageView): string {
  return leg === 'from-client' || leg === 'to-client' ? 'client' : 'server';
}

/** The text as it was sent: what JSON makes of it could be other digits. */
function contentOf({ id, bytes, payload, isCut }: MessageView) {
  return { id: id ?? null, bytes, text: payload ?? null, isCut: isCut ?? false };
}

/** Hands a file to the browser. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
