/** Goes anywhere and does what can be done anywhere, by a few letters of its name. */
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { api } from '../api.ts';
import { signOut } from '../auth.ts';
import { plain } from '../foreign.ts';
import { choose } from '../chosen-node.ts';
import { keyOf, labelOf, lookOf, nodes } from '../nodes.ts';
import { PAGES } from '../pages.ts';
import { classes } from '../parts/class.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Input } from '../parts/Input.tsx';
import { go } from '../route.ts';
import { useStore } from '../store.ts';
import { setTheme, THEMES } from '../theme.ts';

interface Command {
  readonly label: string;
  readonly run: () => void;
}

const MAX_SHOWN = 12;

const FIXED: readonly Command[] = [
  ...PAGES.map(({ path, title }) => ({ label: title, run: () => go([path]) })),
  ...THEMES.map((theme) => ({ label: `Theme: ${theme}`, run: () => setTheme(theme) })),
  { label: 'Sign out', run: () => void signOut().catch(() => undefined) },
];

export function Palette({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Go to…" focusOn={input}>
      <Choice input={input} onClose={onClose} />
    </Dialog>
  );
}

function Choice({
  input,
  onClose,
}: {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onClose: () => void;
}) {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const found = matching([...FIXED, ...useNodes(), ...useServers()], words).slice(0, MAX_SHOWN);
  const chosen = Math.min(at, found.length - 1);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') run(found[chosen]);
    else if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setAt((chosen - 1 + found.length) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Input
        ref={input}
        role="combobox"
        aria-label="Page, server or command"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[chosen] ? `${id}-${chosen}` : undefined}
        value={words}
        onKeyDown={press}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
      />
      <ul ref={list} id={id} role="listbox" aria-label="What was found" className="flex flex-col">
        {found.map((command, index) => (
          <li
            key={`${index} ${command.label}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => run(command)}
            onMouseMove={() => setAt(index)}
            className={classes(
              'cursor-pointer truncate rounded-md px-2.5 py-1.5',
              index === chosen && 'bg-accent-ground text-accent',
            )}
          >
            <bdi>{command.label}</bdi>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="text-soft">Nothing has that name.</p>}
    </>
  );
}

function matching(commands: readonly Command[], words: string): Command[] {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter(({ label }) => parts.every((part) => label.toLowerCase().includes(part)));
}

/** To look at the same page of another node; nothing where there is only one. */
function useNodes(): Command[] {
  const { nodes: all, problem } = useStore(nodes);
  if (all.length < 2) return [];
  return all
    .filter(({ isThis }) => isThis || !problem)
    .map((node) => ({
      label: `Node: ${labelOf(keyOf(node))}${node.isThis ? ' (this node)' : ''}, ${lookOf(node).word}`,
      run: () => choose(node.isThis ? undefined : keyOf(node)),
    }));
}

/** Where they cannot be had, the pages are there all the same. */
function useServers(): Command[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    api.servers(controller.signal).then(
      ({ servers }) => setNames(servers.map(({ name }) => name)),
      () => undefined,
    );
    return () => controller.abort();
  }, []);
  return names.flatMap((name) => [
    { label: `Server: ${plain(name, 60)}`, run: () => go(['servers', name]) },
    { label: `Try a tool of ${plain(name, 60)}`, run: () => go(['playground', name]) },
  ]);
}
