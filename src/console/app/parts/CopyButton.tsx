import { useEffect, useState } from 'react';
import { Button, type ButtonProps } from './Button.tsx';
import { Icon } from './Icon.tsx';

type State = 'ready' | 'copied' | 'failed';

const WORDS: Readonly<Record<State, string>> = { ready: 'Copy', copied: 'Copied', failed: 'Not copied' };

/** Puts a text onto the clipboard and says that it did, or that the browser did not let it. */
export function CopyButton({
  text,
  what,
  size = 'small',
  look,
}: {
  /** Asked for when it is wanted, where making it takes time. */
  readonly text: string | (() => string);
  /** What is copied, for screen readers: `Copy the key`. */
  readonly what: string;
} & Pick<ButtonProps, 'size' | 'look'>) {
  const [state, setState] = useState<State>('ready');
  useEffect(() => {
    if (state === 'ready') return undefined;
    const timer = setTimeout(() => setState('ready'), 2_500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    setState((await put(typeof text === 'string' ? text : text())) ? 'copied' : 'failed');
  };
  return (
    <>
      <Button
        size={size}
        {...(look ? { look } : {})}
        aria-label={`${WORDS[state]} ${what}`}
        onClick={() => void copy()}
      >
        <Icon name={state === 'copied' ? 'check' : 'copy'} />
        {WORDS[state]}
      </Button>
      <span role="status" className="sr-only">
        {state === 'ready' ? '' : `${WORDS[state]}: ${what}`}
      </span>
    </>
  );
}

/** Where the page came over plain HTTP from another machine, only the old way is there. */
async function put(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return putByCommand(text);
  }
}

function putByCommand(text: string): boolean {
  const active = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'fixed -left-full top-0';
  // Beside the button: a dialog that holds the focus would take it back from elsewhere.
  (active?.parentElement ?? document.body).append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    if (active instanceof HTMLElement) active.focus();
  }
}
