import { useState } from 'react';
import { count } from '../format.ts';
import { Text } from '../parts/Text.tsx';
import { Digits, type Json } from './json.ts';

/** Members shown at once, of one list or object. */
const SHOWN = 100;
/** So deep a tree stands open. */
const OPEN = 3;

/** JSON as a tree that is opened where it is wanted: nothing closed costs anything. */
export function JsonTree({ value }: { readonly value: Json }) {
  return (
    <div className="font-mono text-xs leading-5">
      <Node value={value} depth={0} />
    </div>
  );
}

function Node({
  value,
  name,
  depth,
}: {
  readonly value: Json;
  readonly name?: string;
  readonly depth: number;
}) {
  const label = name !== undefined && (
    <span className="text-soft">
      <Text value={name} max={200} />:{' '}
    </span>
  );
  if (value === null || typeof value !== 'object' || value instanceof Digits) {
    return (
      <div>
        {label}
        <Leaf value={value} />
      </div>
    );
  }
  return <Branch value={value} label={label} depth={depth} />;
}

function Leaf({ value }: { readonly value: null | boolean | string | Digits }) {
  if (typeof value === 'string')
    return (
      <span className="text-good">
        "<Text value={value} max={2_000} hasLines canGrow />"
      </span>
    );
  return <span className="text-violet">{value instanceof Digits ? value.text : String(value)}</span>;
}

function Branch({
  value,
  label,
  depth,
}: {
  readonly value: readonly Json[] | { readonly [name: string]: Json };
  readonly label: React.ReactNode;
  readonly depth: number;
}) {
  const [isOpen, setOpen] = useState(depth < OPEN);
  const [shown, setShown] = useState(SHOWN);
  const isList = Array.isArray(value);
  const members = Object.entries(value);
  const size = `${isList ? '[' : '{'}${count(members.length)}${isList ? ']' : '}'}`;
  if (members.length === 0)
    return (
      <div>
        {label}
        {isList ? '[]' : '{}'}
      </div>
    );
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-6">
        {label}
        <span className="text-soft">{size}</span>
      </summary>
      {isOpen && (
        <div className="ml-1 border-l border-line pl-3">
          {members.slice(0, shown).map(([name, member]) => (
            <Node key={name} name={name} value={member} depth={depth + 1} />
          ))}
          {members.length > shown && (
            <button
              type="button"
              className="text-accent underline"
              onClick={() => setShown(shown + SHOWN * 10)}
            >
              Show more ({count(members.length - shown)} left)
            </button>
          )}
        </div>
      )}
    </details>
  );
}
