import { useRef } from 'react';
import type { MadeKey } from '../../../edges/admin/contract/keys.ts';
import { plain } from '../foreign.ts';
import { Button } from '../parts/Button.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import { Input } from '../parts/Input.tsx';

/** The key itself: seen here and never again. */
export function MadeDialog({
  made,
  onClose,
}: {
  readonly made: MadeKey | undefined;
  readonly onClose: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      isOpen={made !== undefined}
      onClose={onClose}
      title={<bdi>The key of {plain(made?.entry.name ?? '', 60)}</bdi>}
      description="Copy it now: it is shown this once."
      focusOn={input}
      actions={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {made && (
        <Field label="Key" isLabelHidden>
          {(control) => (
            <div className="flex items-center gap-2">
              <Input
                {...control}
                ref={input}
                readOnly
                value={made.key}
                className="font-mono"
                onFocus={(event) => event.target.select()}
              />
              <CopyButton text={made.key} what="the key" size="normal" />
            </div>
          )}
        </Field>
      )}
    </Dialog>
  );
}
