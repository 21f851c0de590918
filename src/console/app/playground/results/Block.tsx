/** One piece of content, as a tool, a prompt or a resource gives it (MCP, content types). */
import { bytes } from '../../format.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Text } from '../../parts/Text.tsx';
import { recordOf, textOf } from '../../mcp/items.ts';
import { JsonTree } from './JsonTree.tsx';
import { Picture } from './Picture.tsx';
import { Sound } from './Sound.tsx';

/** Characters of a text that are shown at first. */
const SHOWN = 5_000;

export type OpenResource = (uri: string) => void;

export function Block({
  block,
  onOpen,
}: {
  readonly block: unknown;
  readonly onOpen?: OpenResource | undefined;
}) {
  const content = recordOf(block);
  const mimeType = textOf(content['mimeType']);
  if (content['type'] === 'text' && typeof content['text'] === 'string')
    return <TextBlock text={content['text']} />;
  if (content['type'] === 'image') {
    return <Picture data={textOf(content['data'])} mimeType={mimeType || 'image'} />;
  }
  if (content['type'] === 'audio')
    return <Sound data={textOf(content['data'])} mimeType={mimeType || 'audio'} />;
  if (content['type'] === 'resource_link') return <ResourceLink link={content} onOpen={onOpen} />;
  if (content['type'] === 'resource') return <ResourceContents contents={recordOf(content['resource'])} />;
  return <JsonTree value={block} />;
}

function TextBlock({ text }: { readonly text: string }) {
  return (
    <div className="flex min-w-0 items-start gap-2">
      <div className="min-w-0 flex-1 font-mono text-sm">
        <Text value={text} max={SHOWN} hasLines canGrow isMono />
        {text === '' && <span className="text-soft">(an empty text)</span>}
      </div>
      <CopyButton text={text} what="the text" look="quiet" />
    </div>
  );
}

function ResourceLink({
  link,
  onOpen,
}: {
  readonly link: Readonly<Record<string, unknown>>;
  readonly onOpen: OpenResource | undefined;
}) {
  const uri = textOf(link['uri']);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-line px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          <Text value={textOf(link['title']) || textOf(link['name']) || 'Resource'} max={120} />
        </p>
        <p className="font-mono text-sm text-soft">
          <Text value={uri} isMono canGrow />
        </p>
        {textOf(link['description']) !== '' && <Text value={textOf(link['description'])} canGrow />}
      </div>
      {onOpen && uri !== '' && (
        <button type="button" className="text-accent underline" onClick={() => onOpen(uri)}>
          Read it
        </button>
      )}
    </div>
  );
}

/** A resource in whole: text, or bytes. */
export function ResourceContents({ contents }: { readonly contents: Readonly<Record<string, unknown>> }) {
  const mimeType = textOf(contents['mimeType']);
  const blob = textOf(contents['blob']);
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-md border border-line px-3 py-2">
      <p className="flex flex-wrap gap-x-3 font-mono text-sm text-soft">
        <Text value={textOf(contents['uri'])} isMono />
        {mimeType !== '' && <Text value={mimeType} max={60} isMono />}
      </p>
      {typeof contents['text'] === 'string' && <TextBlock text={contents['text']} />}
      {blob !== '' && mimeType.startsWith('image/') && <Picture data={blob} mimeType={mimeType} />}
      {blob !== '' && mimeType.startsWith('audio/') && <Sound data={blob} mimeType={mimeType} />}
      {blob !== '' && !/^(image|audio)\//.test(mimeType) && (
        <p className="flex flex-wrap items-center gap-3">
          {bytes((blob.length * 3) / 4)} that are not shown{' '}
          <CopyButton text={blob} what="the bytes, in base64" />
        </p>
      )}
    </div>
  );
}
