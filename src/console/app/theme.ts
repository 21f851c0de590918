/** Light or dark, as the reader or else the system wishes. */
import { createStore } from './store.ts';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

const KEY = 'sluice.theme';
export const theme = createStore<Theme>(kept());

/** Told when colours are others than before, for what is painted on a canvas. @returns what ends it */
export function onColours(take: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', take);
  const end = theme.subscribe(take);
  return () => {
    system.removeEventListener('change', take);
    end();
  };
}

export function setTheme(next: Theme): void {
  apply(next);
  keep(KEY, next);
  theme.set(next);
}

export function apply(next: Theme): void {
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
}

/** Not every browser keeps things: then the wish holds until the page is left. */
export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing depends on it.
  }
}

export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function kept(): Theme {
  const found = recall(KEY);
  return THEMES.find((theme) => theme === found) ?? 'system';
}
