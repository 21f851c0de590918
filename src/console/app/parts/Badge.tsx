import type { ReactNode } from 'react';
import { classes } from './class.ts';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent' | 'violet';

const TONES: Readonly<Record<Tone, string>> = {
  plain: 'bg-raised text-soft',
  good: 'bg-good-ground text-good',
  warn: 'bg-warn-ground text-warn',
  bad: 'bg-bad-ground text-bad',
  accent: 'bg-accent-ground text-accent',
  violet: 'bg-violet-ground text-violet',
};

/** A short word with a colour. What it says must be clear without the colour. */
export function Badge({
  tone = 'plain',
  hasDot = false,
  children,
}: {
  readonly tone?: Tone;
  readonly hasDot?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={classes(
        'inline-flex max-w-full items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium',
        TONES[tone],
      )}
    >
      {hasDot && <span aria-hidden="true" className="size-1.5 shrink-0 rounded-full bg-current" />}
      <span className="min-w-0 truncate">{children}</span>
    </span>
  );
}
