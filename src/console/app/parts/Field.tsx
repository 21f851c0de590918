import { type ReactNode, useId } from 'react';
import { classes } from './class.ts';

/** What the control inside must be given, so that its label, help and error belong to it. */
export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** A label, its control, and what is to be said about it. */
export function Field({
  label,
  help,
  error,
  isLabelHidden = false,
  className,
  children,
}: {
  readonly label: ReactNode;
  readonly help?: ReactNode;
  readonly error?: ReactNode;
  /** Seen by nobody, said by screen readers: where the place says enough. */
  readonly isLabelHidden?: boolean;
  readonly className?: string;
  readonly children: (control: ControlProps) => ReactNode;
}) {
  const id = useId();
  const said = error ?? help;
  const control: ControlProps = {
    id,
    'aria-describedby': said === undefined ? undefined : `${id}-said`,
    'aria-invalid': error === undefined ? undefined : true,
  };
  return (
    <div className={classes('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      {children(control)}
      {said !== undefined && (
        <p id={`${id}-said`} className={classes('text-sm', error === undefined ? 'text-soft' : 'text-bad')}>
          {said}
        </p>
      )}
    </div>
  );
}
