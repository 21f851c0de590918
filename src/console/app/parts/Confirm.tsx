import { type ReactNode, useRef, useState } from 'react';
import { asProblem, type Problem } from '../problem.ts';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { ErrorNote } from './ErrorNote.tsx';

/**
 * Asks before something is done that cannot be taken back. Stays open with what went wrong when it fails.
 *
 * @param onConfirm what is done; once it resolves, `onClose` is called
 */
export function Confirm({
  isOpen,
  onClose,
  title,
  children,
  verb,
  onConfirm,
  isDangerous = true,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
  /** What the button says: what will be done. */
  readonly verb: string;
  readonly onConfirm: () => Promise<unknown>;
  readonly isDangerous?: boolean;
}) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const cancel = useRef<HTMLButtonElement>(null);
  const close = () => {
    setProblem(undefined);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={title}
      focusOn={cancel}
      actions={
        <>
          <Button ref={cancel} onClick={close}>
            Cancel
          </Button>
          <Button look={isDangerous ? 'danger' : 'primary'} isBusy={isBusy} onClick={() => void confirm()}>
            {verb}
          </Button>
        </>
      }
    >
      <div className="text-soft">{children}</div>
      {problem && <ErrorNote problem={problem} />}
    </Dialog>
  );
}
