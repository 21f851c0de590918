/** What is said of one message in its row. */
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { count } from '../format.ts';
import { isRecord, recordOf, recordsIn, textOf } from '../mcp/items.ts';
import { isQuestion } from './filter.ts';

export interface Summary {
  /** What it is: a method, and what for. */
  readonly title: string;
  /** What it says, where that is short: a reason, a progress. */
  readonly said: string;
  readonly hint: string;
  readonly tone: 'plain' | 'soft' | 'bad' | 'warn' | 'violet' | 'accent';
}

const known = new WeakMap<MessageView, Summary>();
/** What is read for a row; a longer payload is read when somebody looks at it. */
const LONGEST_READ = 20_000;

export function summaryOf(message: MessageView): Summary {
  const before = known.get(message);
  if (before) return before;
  const made = make(message);
  known.set(message, made);
  return made;
}

function make(message: MessageView): Summary {
  const { kind, method = '', target } = message;
  const title = target === undefined ? method : `${method} ${target}`;
  const read = readShort(message);
  if (kind === 'error') {
    const error = recordOf(read['error']);
    const code = typeof error['code'] === 'number' ? `${error['code']}: ` : '';
    return {
      title: `error of ${target ?? method}`,
      said: `${code}${textOf(error['message'])}`,
      hint: textOf(recordOf(error['data'])['hint']),
      tone: 'bad',
    };
  }
  if (kind === 'response') return responseOf(target ?? method, recordOf(read['result']));
  if (isQuestion(message))
    return { title: `asks: ${title}`, said: questionOf(read), hint: '', tone: 'violet' };
  if (kind === 'request') return { title, said: '', hint: '', tone: 'plain' };
  if (method === 'notifications/progress') return progressOf(recordOf(read['params']));
  return { title, said: noticeOf(recordOf(read['params'])), hint: '', tone: 'soft' };
}

/** @param asked what it answers */
function responseOf(asked: string, result: Readonly<Record<string, unknown>>): Summary {
  if (result['isError'] === true) {
    const [first] = recordsIn(result['content']);
    return { title: `failed: ${asked}`, said: textOf(first?.['text']), hint: '', tone: 'warn' };
  }
  return { title: `result of ${asked}`, said: '', hint: '', tone: 'plain' };
}

function progressOf(params: Readonly<Record<string, unknown>>): Summary {
  const { progress, total, message } = params;
  const amount = typeof progress === 'number' ? count(progress) : '';
  const of = typeof total === 'number' ? ` of ${count(total)}` : '';
  const title = amount === '' ? 'notifications/progress' : `progress ${amount}${of}`;
  return { title, said: textOf(message), hint: '', tone: 'accent' };
}

function questionOf(read: Readonly<Record<string, unknown>>): string {
  return textOf(recordOf(read['params'])['message']);
}

/** A line of a server's log, a reason. */
function noticeOf(params: Readonly<Record<string, unknown>>): string {
  const { data, reason } = params;
  return textOf(reason) || textOf(data);
}

function readShort({ payload, isCut }: MessageView): Readonly<Record<string, unknown>> {
  if (payload === undefined || isCut || payload.length > LONGEST_READ) return {};
  try {
    const read: unknown = JSON.parse(payload);
    return isRecord(read) ? read : {};
  } catch {
    return {};
  }
}
