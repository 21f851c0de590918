/** What a run gave, each kind as it is looked at best; and the whole as raw JSON. */
import { useMemo, useState } from 'react';
import { isRecord, type Kind, recordOf, textOf } from '../../mcp/items.ts';
import { Badge } from '../../parts/Badge.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { Text } from '../../parts/Text.tsx';
import { Block, type OpenResource, ResourceContents } from './Block.tsx';
import { JsonTree } from './JsonTree.tsx';
import { ResultTable } from './ResultTable.tsx';
import { isRounded } from './rounded.ts';
import { tabularIn } from './table.ts';

/** Pieces of content shown at first. */
const STEP = 50;

export function Result({
  kind,
  result,
  onOpen,
}: {
  readonly kind: Kind;
  readonly result: unknown;
  readonly onOpen?: OpenResource;
}) {
  const hasRounded = useMemo(() => isRounded(result), [result]);
  const tabs = (
    <Tabs
      label="Result"
      tabs={[
        { value: 'result', label: 'Result', content: <Shown kind={kind} result={result} onOpen={onOpen} /> },
        { value: 'raw', label: 'Raw JSON', content: <RawJson value={result} /> },
      ]}
    />
  );
  if (!hasRounded) return tabs;
  return (
    <>
      <p className="text-sm text-warn">
        A number here is too large for a page: it is rounded. The messages of the session show it as it was
        sent.
      </p>
      {tabs}
    </>
  );
}

interface ShownProps {
  readonly kind: Kind;
  readonly result: unknown;
  readonly onOpen: OpenResource | undefined;
}

function Shown({ kind, result, onOpen }: ShownProps) {
  const { content, structuredContent, messages, contents } = recordOf(result);
  if (kind === 'prompt' && Array.isArray(messages))
    return <Messages result={recordOf(result)} onOpen={onOpen} />;
  if ((kind === 'resource' || kind === 'template') && Array.isArray(contents)) {
    return <Several items={contents} show={(each) => <ResourceContents contents={recordOf(each)} />} />;
  }
  if (kind === 'tool' && (Array.isArray(content) || structuredContent !== undefined)) {
    return (
      <div className="flex min-w-0 flex-col gap-4">
        {structuredContent !== undefined && <Structured value={structuredContent} />}
        {Array.isArray(content) && content.length > 0 && (
          <Content
            blocks={content}
            // The same in words, for clients that know no structure.
            isSecond={
              structuredContent !== undefined && content.every((each) => recordOf(each)['type'] === 'text')
            }
            onOpen={onOpen}
          />
        )}
        {Array.isArray(content) && content.length === 0 && structuredContent === undefined && (
          <p className="text-soft">It gave nothing.</p>
        )}
      </div>
    );
  }
  return <JsonTree value={result} />;
}

function Content({
  blocks,
  isSecond,
  onOpen,
}: {
  readonly blocks: readonly unknown[];
  readonly isSecond: boolean;
  readonly onOpen: OpenResource | undefined;
}) {
  const all = <Several items={blocks} show={(each) => <Block block={each} onOpen={onOpen} />} />;
  if (!isSecond) return all;
  return (
    <details className="min-w-0">
      <summary className="w-fit text-sm text-soft">As text</summary>
      {all}
    </details>
  );
}

function Structured({ value }: { readonly value: unknown }) {
  const tabular = useMemo(() => tabularIn(value), [value]);
  const tree = <JsonTree value={value} />;
  return (
    <section aria-label="Structured result" className="min-w-0">
      {tabular ? (
        <Tabs
          label="Structured result"
          tabs={[
            { value: 'table', label: 'Table', content: <ResultTable tabular={tabular} /> },
            { value: 'tree', label: 'Tree', content: tree },
          ]}
        />
      ) : (
        tree
      )}
    </section>
  );
}

function Messages({
  result,
  onOpen,
}: {
  readonly result: Readonly<Record<string, unknown>>;
  readonly onOpen: OpenResource | undefined;
}) {
  const messages = Array.isArray(result['messages']) ? result['messages'] : [];
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {textOf(result['description']) !== '' && (
        <p className="text-soft">
          <Text value={textOf(result['description'])} canGrow />
        </p>
      )}
      <Several items={messages} show={(each) => <Message message={recordOf(each)} onOpen={onOpen} />} />
    </div>
  );
}

/** One turn of a conversation: of a prompt, or of what a server wants sampled. */
export function Message({
  message,
  onOpen,
}: {
  readonly message: Readonly<Record<string, unknown>>;
  readonly onOpen?: OpenResource | undefined;
}) {
  const { role, content } = message;
  const blocks: unknown[] = Array.isArray(content) ? content : [content];
  return (
    <div className="flex min-w-0 flex-col gap-1 border-l-2 border-line pl-3">
      <p>
        <Badge tone={role === 'assistant' ? 'violet' : 'accent'}>
          <Text value={textOf(role) || 'nobody'} max={30} />
        </Badge>
      </p>
      <Several
        items={blocks}
        show={(each) => (isRecord(each) ? <Block block={each} onOpen={onOpen} /> : <JsonTree value={each} />)}
      />
    </div>
  );
}

function Several({
  items,
  show,
}: {
  readonly items: readonly unknown[];
  readonly show: (item: unknown) => React.ReactNode;
}) {
  const [shown, setShown] = useState(STEP);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {items.slice(0, shown).map((item, index) => (
        <div key={index} className="min-w-0">
          {show(item)}
        </div>
      ))}
      {items.length > shown && (
        <button
          type="button"
          className="self-start text-accent underline"
          onClick={() => setShown((shown) => shown + STEP)}
        >
          Show more ({items.length - shown} left)
        </button>
      )}
    </div>
  );
}

export function RawJson({ value }: { readonly value: unknown }) {
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? 'nothing', [value]);
  return (
    <div className="flex min-w-0 flex-col items-start gap-2">
      <CopyButton text={text} what="the JSON" />
      <pre className="w-full min-w-0 font-mono text-sm whitespace-pre-wrap">
        <Text value={text} max={10_000} hasLines canGrow isMono />
      </pre>
    </div>
  );
}
