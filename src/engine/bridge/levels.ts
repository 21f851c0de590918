/** Log levels: RFC 5424 section 6.2.1, as MCP spells them. */
import { decodeString } from '../../protocol/decode.ts';
import { memberAt } from '../../protocol/cuts.ts';
import type { Message } from '../../protocol/message.ts';

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

export function isLevel(level: string): boolean {
  return LEVELS.includes(level);
}

/** Whether a `notifications/message` is at or above a level. One whose own level is unknown is. */
export function isAtLeast({ bytes, params }: Message, level: string): boolean {
  const { start, end } = memberAt(bytes, params, 'level');
  const at = end === 0 ? -1 : LEVELS.indexOf(decodeString(bytes, start + 1, end - 1));
  return at < 0 || at >= LEVELS.indexOf(level);
}
