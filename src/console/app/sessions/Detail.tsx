import { type Ref, useMemo } from 'react';
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { bytes, clock, date, millis } from '../format.ts';
import { Button } from '../parts/Button.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Tabs } from '../parts/Tabs.tsx';
import { Text } from '../parts/Text.tsx';
import { JsonTree } from './JsonTree.tsx';
import { readJson, written } from './json.ts';
import { canReplay } from './replay.ts';
import { summaryOf } from './summary.ts';
import { isAnswer } from './timeline.ts';
import { useWhole } from './use-whole.ts';

/** One message in full. */
export function Detail({
  ref,
  message: selected,
  counterpart,
  onJump,
  onClose,
  onReplay,
}: {
  readonly ref: Ref<HTMLElement>;
  readonly message: MessageView;
  readonly counterpart: MessageView | undefined;
  readonly onJump: () => void;
  readonly onClose: () => void;
  readonly onReplay: (message: MessageView, isEdited: boolean) => void;
}) {
  const message = useWhole(selected);
  const { title, said, hint, tone } = summaryOf(message);
  return (
    <section
      ref={ref}
      tabIndex={-1}
      aria-label="Message"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
      className="flex min-w-0 flex-col gap-3 self-start rounded-lg border border-line bg-panel p-3 xl:sticky xl:top-3 xl:max-h-[calc(100dvh-1.5rem)] xl:overflow-y-auto"
    >
      <div className="flex items-start justify-between gap-2">
        <h2 className="min-w-0 font-mono text-sm font-semibold">
          <Text value={title} max={300} canGrow />
        </h2>
        <Button size="small" look="quiet" aria-label="Close the message" onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      {tone === 'bad' && (
        <ErrorNote
          problem={{ code: 'error', message: said || 'The request failed.', hint: hint || undefined }}
        />
      )}
      <Facts message={message} />
      <div className="flex flex-wrap gap-2">
        <Button size="small" disabled={!counterpart} onClick={onJump}>
          {isAnswer(message) ? 'Go to its request' : 'Go to its answer'}
        </Button>
        {canReplay(message) && (
          <>
            <Button size="small" onClick={() => onReplay(message, false)}>
              <Icon name="restart" />
              Replay
            </Button>
            <Button size="small" onClick={() => onReplay(message, true)}>
              Edit and replay
            </Button>
          </>
        )}
      </div>
      <Payload message={message} />
    </section>
  );
}

const WORDS: Readonly<Record<MessageView['leg'], string>> = {
  'from-client': 'client → gateway',
  'to-server': 'gateway → server',
  'from-server': 'server → gateway',
  'to-client': 'gateway → client',
};

function Facts({ message }: { readonly message: MessageView }) {
  const { leg, server, at, id, ms, kind } = message;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
      <dt className="text-soft">Way</dt>
      <dd>{WORDS[leg]}</dd>
      <dt className="text-soft">Server</dt>
      <dd>
        <Text value={server} max={80} />
      </dd>
      <dt className="text-soft">Time</dt>
      <dd>
        {date(at)} {clock(at)}
      </dd>
      {ms !== undefined && (
        <>
          <dt className="text-soft">Latency</dt>
          <dd>{millis(ms)}</dd>
        </>
      )}
      <dt className="text-soft">Kind</dt>
      <dd>
        {kind}
        {id !== undefined && (
          <>
            , id <Text value={id} max={80} isMono />
          </>
        )}
      </dd>
      <dt className="text-soft">Size</dt>
      <dd>{bytes(message.bytes)}</dd>
    </dl>
  );
}

function Payload({ message: { payload, isCut = false, bytes: size } }: { readonly message: MessageView }) {
  const tree = useMemo(() => (payload === undefined ? undefined : readJson(payload)), [payload]);
  if (payload === undefined)
    return (
      <p className="text-soft">
        What it said is not kept: payloads are remembered only while somebody watches, and for messages that
        pass meanwhile.
      </p>
    );
  const raw = (
    <>
      {isCut && <p className="mb-2 text-warn">Only its beginning is kept; in all it had {bytes(size)}.</p>}
      <pre className="font-mono text-xs">
        <Text value={tree === undefined ? payload : written(tree)} max={5_000} hasLines canGrow />
      </pre>
    </>
  );
  const wire = (
    <p className="font-mono text-xs">
      <Text value={payload} max={5_000} canGrow />
    </p>
  );
  return (
    <div className="min-w-0">
      <div className="mb-1 flex justify-end">
        <CopyButton text={payload} what="the payload" />
      </div>
      {tree === undefined ? (
        raw
      ) : (
        <Tabs
          label="How it is shown"
          tabs={[
            { value: 'tree', label: 'Tree', content: <JsonTree value={tree} /> },
            { value: 'text', label: 'Text', content: raw },
            { value: 'wire', label: 'As sent', content: wire },
          ]}
        />
      )}
    </div>
  );
}
