import { type ReactNode, useId } from 'react';
import { classes } from './class.ts';

/** A part of a page with a heading of its own. */
export function Card({
  title,
  actions,
  isFlush = false,
  className,
  children,
}: {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  /** Without space around what is in it: for tables. */
  readonly isFlush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className={classes('flex min-w-0 flex-col rounded-lg border border-line bg-panel', className)}
    >
      {(title !== undefined || actions !== undefined) && (
        <div className="flex flex-wrap items-center justify-between gap-2 px-4 pt-3">
          <h2 id={id} className="min-w-0 font-semibold">
            {title}
          </h2>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
      )}
      <div className={classes('min-w-0 flex-1', isFlush ? 'pt-2' : 'p-4 pt-3')}>{children}</div>
    </section>
  );
}
