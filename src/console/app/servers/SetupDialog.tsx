import { useState } from 'react';
import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { plain } from '../foreign.ts';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Field } from '../parts/Field.tsx';
import { Select } from '../parts/Select.tsx';
import { Tabs } from '../parts/Tabs.tsx';
import { type Setup, setupsOf, type Transport } from './setup.ts';

/** How to reach a server with the clients people have. */
export function SetupDialog({
  server,
  isOpen,
  onClose,
}: {
  readonly server: ServerView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const [transport, setTransport] = useState<Transport>('http');
  const setups = setupsOf(server, transport);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      width="wide"
      title={<bdi>Connect a client to {plain(server.name, 60)}</bdi>}
      description={
        server.isKeyed
          ? 'This gateway wants a key: put one of yours where the text names it. Keys are made on the page Keys.'
          : 'This gateway wants no key from clients.'
      }
    >
      {server.endpoints.sse !== undefined && (
        <Field label="Transport" className="w-fit">
          {(control) => (
            <Select
              {...control}
              value={transport}
              onChange={(value) => setTransport(value === 'sse' ? 'sse' : 'http')}
              options={[
                { value: 'http', label: 'Streamable HTTP' },
                { value: 'sse', label: 'HTTP+SSE, for older clients' },
              ]}
            />
          )}
        </Field>
      )}
      <Tabs
        label="Client"
        tabs={setups.map((setup) => ({
          value: setup.id,
          label: setup.label,
          content: <Snippet setup={setup} />,
        }))}
      />
    </Dialog>
  );
}

function Snippet({ setup: { label, where, text } }: { readonly setup: Setup }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 flex-1 text-soft">{where}</p>
        <CopyButton text={text} what={`the set-up for ${label}`} />
      </div>
      <pre
        // It scrolls sideways.
        tabIndex={0}
        aria-label={`Set-up for ${label}`}
        role="group"
        className="overflow-x-auto rounded-md border border-line bg-ground p-3 font-mono text-sm"
      >
        <bdi>{text}</bdi>
      </pre>
    </div>
  );
}
