import type { ComponentProps } from 'react';
import { classes } from './class.ts';

/** A line of text. Nothing is corrected, completed or sent to a spell checker. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      autoComplete="off"
      autoCorrect="off"
      autoCapitalize="off"
      spellCheck={false}
      {...rest}
      className={classes('field', className)}
    />
  );
}
