/** Keys that do something anywhere in the page but where somebody types. They can be switched off (WCAG 2.1.4). */
import { useEffect, useRef } from 'react';
import { PAGES } from './pages.ts';
import { go } from './route.ts';
import { createStore } from './store.ts';
import { keep, recall } from './theme.ts';

const KEY = 'sluice.shortcuts';
/** So long after `g` a letter belongs to it. */
const PAIR_MS = 1_200;

export const areShortcutsOn = createStore(recall(KEY) !== 'off');

export function setShortcuts(isOn: boolean): void {
  keep(KEY, isOn ? 'on' : 'off');
  areShortcutsOn.set(isOn);
}

interface Actions {
  readonly openHelp: () => void;
  readonly openPalette: () => void;
}

/** `g` and a letter goes to a page, `/` to its filter, `?` shows the keys; Ctrl or Cmd with K opens the palette, always. */
export function useShortcuts(actions: Actions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let pairUntil = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        return latest.current.openPalette();
      }
      if (!areShortcutsOn.get() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const isPair = event.timeStamp < pairUntil;
      pairUntil = 0;
      if (isPair) {
        const found = PAGES.find(({ key }) => key === event.key);
        if (found) go([found.path]);
      } else if (event.key === 'g') pairUntil = event.timeStamp + PAIR_MS;
      else if (event.key === '?') latest.current.openHelp();
      else if (event.key === '/') focusFilter(event);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // A window over the page has its own keys.
  return (
    target.isContentEditable || target.closest('input, textarea, select, dialog, [role=dialog]') !== null
  );
}

/** A page marks its filter with `data-filter`. */
function focusFilter(event: KeyboardEvent): void {
  const filter = document.querySelector<HTMLElement>('main [data-filter]');
  if (!filter) return;
  event.preventDefault();
  filter.focus();
}
