import type { ComponentProps, MouseEvent } from 'react';
import { classes } from './class.ts';

const LOOKS = {
  primary: 'bg-accent-fill text-accent-ink border-transparent hover:brightness-110',
  danger: 'bg-bad-fill text-white border-transparent hover:brightness-110',
  plain: 'bg-panel text-ink border-edge hover:bg-raised',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-raised',
} as const;

export type ButtonProps = ComponentProps<'button'> & {
  readonly look?: keyof typeof LOOKS;
  readonly size?: 'normal' | 'small';
  /** What it does is under way: it stays where it is and takes no second click. */
  readonly isBusy?: boolean;
};

export function buttonClass(look: keyof typeof LOOKS = 'plain', size: 'normal' | 'small' = 'normal'): string {
  return classes(
    'inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap',
    'disabled:opacity-55 disabled:cursor-not-allowed aria-disabled:opacity-55',
    size === 'small' ? 'min-h-7 px-2 text-sm' : 'min-h-8.5 px-3',
    LOOKS[look],
  );
}

/** Of a form, the Enter key in a field is a click on its button, too. */
function refuse(event: MouseEvent): void {
  event.preventDefault();
}

/** Of type `button` unless it says otherwise. */
export function Button({ look, size, isBusy = false, className, onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? refuse : onClick}
      className={classes(buttonClass(look, size), className)}
    >
      {children}
    </button>
  );
}
