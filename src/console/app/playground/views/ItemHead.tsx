/** What is picked: its names, what its server says of it, and its ways. */
import { type Hints, hintsOf, type Item, recordOf } from '../../mcp/items.ts';
import { Badge, type Tone } from '../../parts/Badge.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Text } from '../../parts/Text.tsx';
import { RawJson } from '../results/Result.tsx';
import { labelOf } from './label.ts';

export function ItemHead({ item }: { readonly item: Item }) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 className="min-w-0 text-lg font-semibold">
          <Text value={labelOf(item)} max={200} />
        </h2>
        <CopyButton text={item.name} what="its name" look="quiet" />
      </div>
      {(item.title !== '' || item.mimeType !== undefined) && (
        <p className="flex flex-wrap gap-x-3 font-mono text-sm text-soft">
          {item.title !== '' && <Text value={item.name} max={200} isMono />}
          {item.mimeType !== undefined && <Text value={item.mimeType} max={60} isMono />}
        </p>
      )}
      {item.kind === 'tool' && <HintBadges hints={hintsOf(item)} />}
      {recordOf(item.raw['execution'])['taskSupport'] === 'required' && (
        <p className="text-warn">
          It wants to run as a task, which the playground does not do: it may refuse.
        </p>
      )}
      {item.description !== '' && (
        <p className="max-w-prose">
          <Text value={item.description} max={600} hasLines canGrow />
        </p>
      )}
      <details className="text-sm">
        <summary className="w-fit text-soft">Definition</summary>
        <RawJson value={item.raw} />
      </details>
    </div>
  );
}

/** What each hint says, where it is given. */
const WORDS: readonly (readonly [keyof Hints, string, Tone, string, Tone])[] = [
  ['isReadOnly', 'only reads', 'good', 'changes things', 'warn'],
  ['isDestructive', 'may destroy', 'bad', 'destroys nothing', 'good'],
  ['isIdempotent', 'may be repeated', 'good', 'each run counts', 'warn'],
  ['isOpenWorld', 'reaches outside', 'accent', 'stays inside', 'plain'],
];

function HintBadges({ hints }: { readonly hints: Hints }) {
  const given = WORDS.filter(([name]) => hints[name] !== undefined);
  if (given.length === 0) return null;
  return (
    <ul aria-label="What the server says of it" className="flex flex-wrap gap-1">
      {given.map(([name, yes, yesTone, no, noTone]) => (
        <li key={name}>
          <Badge tone={hints[name] ? yesTone : noTone}>{hints[name] ? yes : no}</Badge>
        </li>
      ))}
    </ul>
  );
}
