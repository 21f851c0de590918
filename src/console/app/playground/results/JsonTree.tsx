/** JSON as a tree that opens where somebody looks; what is closed is not in the page. */
import { useState } from 'react';
import { many } from '../../format.ts';
import { Text } from '../../parts/Text.tsx';

/** Members shown at first, and with each click more. */
const STEP = 100;
/** A tree opens so deep by itself. */
const OPEN_DEPTH = 2;
const LONG = 300;

export function JsonTree({
  value,
  name,
  depth = 0,
}: {
  readonly value: unknown;
  readonly name?: string | undefined;
  readonly depth?: number;
}) {
  if (typeof value === 'object' && value !== null) return <Branch value={value} name={name} depth={depth} />;
  return (
    <div className="font-mono text-sm">
      <Name name={name} />
      <Leaf value={value} />
    </div>
  );
}

function Branch({
  value,
  name,
  depth,
}: {
  readonly value: object;
  readonly name: string | undefined;
  readonly depth: number;
}) {
  const entries = Object.entries(value);
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH && entries.length <= STEP);
  const [shown, setShown] = useState(STEP);
  const isList = Array.isArray(value);
  const size = isList ? many(entries.length, 'item') : many(entries.length, 'member');
  if (entries.length === 0) {
    return (
      <div className="font-mono text-sm">
        <Name name={name} />
        {isList ? '[]' : '{}'}
      </div>
    );
  }
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="font-mono text-sm"
    >
      <summary className="min-h-6 w-fit max-w-full">
        <Name name={name} />
        <span className="text-soft">{isList ? `[ ${size} ]` : `{ ${size} }`}</span>
      </summary>
      {isOpen && (
        <div className="ml-2 border-l border-line pl-3">
          {entries.slice(0, shown).map(([key, member], index) => (
            <JsonTree key={index} name={isList ? String(index) : key} value={member} depth={depth + 1} />
          ))}
          {entries.length > shown && (
            <button
              type="button"
              className="text-accent underline"
              onClick={() => setShown((shown) => shown + STEP * 5)}
            >
              Show more ({entries.length - shown} left)
            </button>
          )}
        </div>
      )}
    </details>
  );
}

function Name({ name }: { readonly name: string | undefined }) {
  if (name === undefined) return null;
  return (
    <span className="text-accent">
      <Text value={name} max={120} isMono />
      <span aria-hidden="true">: </span>
    </span>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') {
    return (
      <span className="text-good">
        "<Text value={value} max={LONG} isMono hasLines canGrow />"
      </span>
    );
  }
  return <span className={value === null ? 'text-soft' : 'text-violet'}>{String(value)}</span>;
}
