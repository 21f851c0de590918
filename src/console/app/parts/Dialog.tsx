import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { classes } from './class.ts';
import { Icon } from './Icon.tsx';

/** A window over the page: it takes the focus, Escape closes it, and the focus goes back where it was. */
export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  width = 'normal',
  focusOn,
  actions,
  children,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly width?: 'normal' | 'wide';
  /** What takes the focus; default: the first control. */
  readonly focusOn?: RefObject<HTMLElement | null>;
  /** Buttons at its end. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <Base.Root open={isOpen} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/45" />
        <Base.Popup
          {...(focusOn ? { initialFocus: focusOn } : {})}
          className={classes(
            'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] -translate-1/2 flex-col',
            'rounded-xl border border-line bg-panel shadow-2xl outline-none',
            width === 'wide' ? 'max-w-4xl' : 'max-w-lg',
          )}
        >
          <div className="flex items-start justify-between gap-3 px-5 pt-4">
            <Base.Title className="text-lg font-semibold">{title}</Base.Title>
            <Base.Close
              aria-label="Close"
              className="-mr-2 inline-flex size-8 items-center justify-center rounded-md text-soft hover:bg-raised"
            >
              <Icon name="close" />
            </Base.Close>
          </div>
          <div className="flex min-h-0 flex-col gap-3 overflow-y-auto px-5 pt-1 pb-5">
            {description !== undefined && (
              <Base.Description className="text-soft">{description}</Base.Description>
            )}
            {children}
          </div>
          {actions !== undefined && (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{actions}</div>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
