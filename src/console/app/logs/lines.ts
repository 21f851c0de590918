/** Which lines are shown. */
import type { LogLine } from '../../../edges/admin/contract/live.ts';

export type Level = LogLine['level'];
export const LEVELS = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
] as const satisfies readonly Level[];

/** What a line says, for search; made once for each. */
const texts = new WeakMap<LogLine, string>();

export function isShown(line: LogLine, level: Level, words: string): boolean {
  if (LEVELS.indexOf(line.level) < LEVELS.indexOf(level)) return false;
  if (words === '') return true;
  let text = texts.get(line);
  if (text === undefined) {
    text = `${line.message} ${JSON.stringify(line.fields)}`.toLowerCase();
    texts.set(line, text);
  }
  const found = text;
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => found.includes(word));
}
