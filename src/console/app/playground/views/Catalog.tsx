/** What a server offers, to pick one from. */
import { type KeyboardEvent, useDeferredValue, useMemo, useState } from 'react';
import { isDangerous, type Item, KINDS, type Kind } from '../../mcp/items.ts';
import { Button } from '../../parts/Button.tsx';
import { ErrorNote } from '../../parts/ErrorNote.tsx';
import { Input } from '../../parts/Input.tsx';
import { Text } from '../../parts/Text.tsx';
import { many } from '../../format.ts';
import { to } from '../../route.ts';
import { workbench } from '../runs/here.ts';
import type { Bench, Shelf } from '../runs/workbench.ts';
import { keyOf } from './item-key.ts';
import { labelOf } from './label.ts';

const TITLES: Readonly<Record<Kind, string>> = {
  tool: 'Tools',
  prompt: 'Prompts',
  resource: 'Resources',
  template: 'Resource templates',
};
/** Of each kind, at first and with each click more. */
const STEP = 200;

export function Catalog({ bench, chosen }: { readonly bench: Bench; readonly chosen: Item | undefined }) {
  const [search, setSearch] = useState('');
  const words = useDeferredValue(search.trim().toLowerCase());
  const found = useMemo(
    () =>
      KINDS.map((kind) => ({ kind, items: bench.shelves[kind].items.filter((item) => has(item, words)) })),
    [bench.shelves, words],
  );
  const count = found.reduce((sum, { items }) => sum + items.length, 0);
  return (
    <nav
      aria-label="What the server offers"
      className="flex min-h-0 min-w-0 flex-col gap-3"
      onKeyDown={(event) => (event.key === 'Enter' ? runChosen(event) : arrows(event))}
    >
      <div className="px-1 pt-1">
        <label className="sr-only" htmlFor="playground-search">
          Search tools, prompts and resources
        </label>
        <Input
          id="playground-search"
          data-filter
          data-arrow
          type="search"
          placeholder="Search"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      <p role="status" className="sr-only">
        {words === '' ? '' : many(count, 'match', 'matches')}
      </p>
      <div className="flex min-h-0 flex-col gap-3 overflow-y-auto px-2 pb-1">
        {found.map(({ kind, items }) => (
          <Group key={kind} bench={bench} kind={kind} items={items} chosen={chosen} isSearch={words !== ''} />
        ))}
        {words !== '' && count === 0 && <p className="text-soft">Nothing has these words.</p>}
      </div>
    </nav>
  );
}

function Group({
  bench,
  kind,
  items,
  chosen,
  isSearch,
}: {
  readonly bench: Bench;
  readonly kind: Kind;
  readonly items: readonly Item[];
  readonly chosen: Item | undefined;
  readonly isSearch: boolean;
}) {
  const [shown, setShown] = useState(STEP);
  const shelf = bench.shelves[kind];
  const isNothing = items.length === 0 && shelf.error === undefined && !shelf.isLoading;
  if (isNothing && (isSearch || kind !== 'tool')) return null;
  return (
    <section aria-label={TITLES[kind]} className="min-w-0">
      <h2 className="flex justify-between gap-2 text-sm font-medium text-soft">
        {TITLES[kind]} <Count shelf={shelf} found={items.length} isSearch={isSearch} />
      </h2>
      {shelf.error !== undefined && (
        <ErrorNote
          problem={{ code: `${kind}s`, message: shelf.error, hint: undefined }}
          onRetry={() => workbench.reload([kind])}
        />
      )}
      {isNothing && <p className="text-soft">It has no tools.</p>}
      <ul className="-mx-2">
        {items.slice(0, shown).map((item, index) => (
          <li key={index}>
            <Entry server={bench.server} item={item} isChosen={isSame(item, chosen)} />
          </li>
        ))}
      </ul>
      {items.length > shown && (
        <Button size="small" onClick={() => setShown((shown) => shown + STEP)}>
          Show more ({items.length - shown} left)
        </Button>
      )}
      {shelf.isCut && <p className="text-sm text-warn">There are more than are listed here.</p>}
    </section>
  );
}

function Count({
  shelf,
  found,
  isSearch,
}: {
  readonly shelf: Shelf;
  readonly found: number;
  readonly isSearch: boolean;
}) {
  if (shelf.isLoading && shelf.items.length === 0) return <span className="font-normal">…</span>;
  return (
    <span className="font-normal">{isSearch ? `${found} of ${shelf.items.length}` : shelf.items.length}</span>
  );
}

function Entry({
  server,
  item,
  isChosen,
}: {
  readonly server: string;
  readonly item: Item;
  readonly isChosen: boolean;
}) {
  return (
    <a
      href={to(['playground', server, item.kind, keyOf(item)])}
      aria-current={isChosen || undefined}
      data-arrow
      className="flex min-h-8 items-center gap-2 rounded-md px-2 py-1 hover:bg-raised aria-[current]:bg-accent-ground aria-[current]:font-medium aria-[current]:text-accent"
    >
      <span className="min-w-0 flex-1 truncate">
        <Text value={labelOf(item)} max={80} />
      </span>
      {isDangerous(item) && <span className="text-xs text-bad">destroys</span>}
    </a>
  );
}

function isSame(item: Item, chosen: Item | undefined): boolean {
  return item.kind === chosen?.kind && item.name === chosen.name;
}

function has(item: Item, words: string): boolean {
  if (words === '') return true;
  const text =
    `${item.title.slice(0, 500)} ${item.name.slice(0, 500)} ${item.description.slice(0, 2_000)}`.toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word));
}

/** With Ctrl or ⌘ what is picked already is run, as it is beside the list; a browser would open a tab with it. */
function runChosen(event: KeyboardEvent<HTMLElement>): void {
  if (!event.ctrlKey && !event.metaKey) return;
  const isChosen = event.target instanceof Element && event.target.closest('[aria-current]') !== null;
  const button = document.querySelector<HTMLElement>('[aria-keyshortcuts~="Control+Enter"]');
  if (!isChosen || !button) return;
  event.preventDefault();
  button.click();
}

/** Up and down go from one to the next, from the search on. */
function arrows(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-arrow]')];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = all[at + step];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
