/** Levels of the log: RFC 5424 section 6.2.1, as MCP spells them. */
import { memberAt } from './cuts.ts';
import { decodeString } from './decode.ts';
import type { Message } from './message.ts';

/** The least first. */
const LEVELS: readonly unknown[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

export function isLevel(level: unknown): boolean {
  return LEVELS.includes(level);
}

/** Whether a `notifications/message` is at or above a level. One whose own level is unknown is. */
export function isAtLeast({ bytes, params }: Message, level: string): boolean {
  const { start, end } = memberAt(bytes, params, 'level');
  const at = end === 0 ? -1 : LEVELS.indexOf(decodeString(bytes, start + 1, end - 1));
  return at < 0 || at >= LEVELS.indexOf(level);
}
