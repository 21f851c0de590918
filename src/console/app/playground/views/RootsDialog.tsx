import { useState } from 'react';
import { Button } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { Field } from '../../parts/Field.tsx';
import { useStore } from '../../store.ts';
import { workbench } from '../runs/here.ts';

const MOST = 50;

/** What servers are told when they ask for roots (MCP, roots). */
export function RootsDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const roots = useStore(workbench.roots);
  const [text, setText] = useState<string>();
  const now = text ?? roots.map(({ uri }) => uri).join('\n');
  const uris = now
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const wrong = uris.find((uri) => !uri.startsWith('file://') || !URL.canParse(uri));
  const error = wrong ? 'Each line is an address that begins with file://.' : tooMany(uris.length);
  const close = () => {
    setText(undefined);
    onClose();
  };
  const save = () => {
    workbench.setRoots(uris.map((uri) => ({ uri })));
    close();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title="Roots"
      description="Servers that ask which places they may work in are told these."
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" disabled={error !== undefined} onClick={save}>
            Save
          </Button>
        </>
      }
    >
      <Field label="One address a line" {...(error === undefined ? {} : { error })}>
        {(control) => (
          <textarea
            {...control}
            rows={5}
            spellCheck={false}
            placeholder="file:///home/me/project"
            className="field font-mono text-sm"
            value={now}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}

function tooMany(count: number): string | undefined {
  return count > MOST ? `Not more than ${MOST}.` : undefined;
}
