import type { ComponentProps } from 'react';
import { plain } from '../foreign.ts';
import { classes } from './class.ts';

export interface Option {
  readonly value: string;
  /** May be what others wrote. */
  readonly label: string;
  readonly isDisabled?: boolean;
}

/** The browser's own list: it fits every screen, and every screen reader knows it. */
export function Select({
  options,
  className,
  onChange,
  ...rest
}: Omit<ComponentProps<'select'>, 'onChange' | 'children'> & {
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <select
      {...rest}
      onChange={(event) => onChange(event.target.value)}
      className={classes('field w-auto max-w-full pr-2', className)}
    >
      {options.map(({ value, label, isDisabled }) => (
        <option key={value} value={value} disabled={isDisabled}>
          {plain(label, 80)}
        </option>
      ))}
    </select>
  );
}
