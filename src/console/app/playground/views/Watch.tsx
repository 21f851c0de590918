import { useState } from 'react';
import { Button } from '../../parts/Button.tsx';
import { RelativeTime } from '../../parts/RelativeTime.tsx';
import { notify } from '../../notices.ts';
import { recordOf } from '../../mcp/items.ts';
import { useStore } from '../../store.ts';
import { workbench } from '../runs/here.ts';

/** Asks the server to tell when a resource is another one, where it can (MCP, resources, "Subscriptions"). */
export function Watch({ server, uri }: { readonly server: string; readonly uri: string }) {
  const bench = useStore(workbench.bench);
  const [isBusy, setBusy] = useState(false);
  const { resources } = recordOf(workbench.known(server)?.info?.capabilities);
  if (recordOf(resources)['subscribe'] !== true) return null;
  const at = bench?.watched[uri];
  const turn = () => {
    setBusy(true);
    workbench
      .watch(uri, at === undefined)
      .catch((error: unknown) =>
        notify('bad', error instanceof Error ? error.message : 'It cannot be watched.'),
      )
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button aria-pressed={at !== undefined} isBusy={isBusy} onClick={turn}>
        {at === undefined ? 'Watch' : 'Stop watching'}
      </Button>
      <span role="status" className="text-sm">
        {at !== undefined && at > 0 && (
          <>
            Changed <RelativeTime at={at} />
          </>
        )}
      </span>
    </>
  );
}
