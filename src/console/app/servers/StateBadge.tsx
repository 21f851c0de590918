import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { Badge, type Tone } from '../parts/Badge.tsx';

const STATES: Readonly<Record<ServerView['state'], { readonly tone: Tone; readonly word: string }>> = {
  up: { tone: 'good', word: 'Up' },
  idle: { tone: 'plain', word: 'Idle' },
  backoff: { tone: 'warn', word: 'Waits to try again' },
  failed: { tone: 'bad', word: 'Failed' },
  disabled: { tone: 'plain', word: 'Disabled' },
};

export function StateBadge({ state }: Pick<ServerView, 'state'>) {
  const { tone, word } = STATES[state];
  return (
    <Badge tone={tone} hasDot>
      {word}
    </Badge>
  );
}
