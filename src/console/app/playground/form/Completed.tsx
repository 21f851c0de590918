/** A line of text that the server completes (MCP, completion): a combobox, by arrows, Enter and Escape. */
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { Input } from '../../parts/Input.tsx';
import { Text } from '../../parts/Text.tsx';

const PAUSE_MS = 150;
const SHOWN = 20;

export function Completed({
  value,
  onChange,
  complete,
  ...control
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What it may go on with; none where it cannot be said. */
  readonly complete: (value: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
  readonly 'aria-required': true | undefined;
}) {
  const [isOpen, setOpen] = useState(false);
  const [offers, setOffers] = useState<readonly string[]>([]);
  const [active, setActive] = useState(-1);
  const list = useId();
  useEffect(() => {
    if (!isOpen) return undefined;
    const off = new AbortController();
    const timer = setTimeout(() => {
      complete(value, off.signal).then(
        (values) => !off.signal.aborted && setOffers(values.slice(0, SHOWN)),
        () => !off.signal.aborted && setOffers([]),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      off.abort();
    };
    // Asked anew for each text, not for each drawing of the page.
  }, [value, isOpen]);

  const shown = isOpen ? offers.filter((offer) => offer !== value) : [];
  const take = (offer: string) => {
    onChange(offer);
    setActive(-1);
    setOffers([]);
    setOpen(false);
  };
  const press = (event: KeyboardEvent) => {
    const chosen = shown[active];
    if (event.key === 'ArrowDown' && !isOpen) setOpen(true);
    else if (event.key === 'ArrowDown') setActive(Math.min(active + 1, shown.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, -1));
    else if (event.key === 'Enter' && chosen !== undefined && !event.ctrlKey && !event.metaKey) take(chosen);
    else if (event.key === 'Escape' && shown.length > 0) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative">
      <Input
        {...control}
        role="combobox"
        aria-expanded={shown.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        {...(active >= 0 && shown.length > 0 ? { 'aria-activedescendant': `${list}-${active}` } : {})}
        value={value}
        onChange={({ target }) => {
          onChange(target.value);
          setActive(-1);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={press}
      />
      <ul
        id={list}
        role="listbox"
        aria-label="Completions"
        hidden={shown.length === 0}
        className="absolute z-20 mt-1 max-h-60 w-full overflow-y-auto rounded-md border border-edge bg-panel shadow-lg"
      >
        {shown.map((offer, index) => (
          // The keyboard goes by the input, which keeps the focus.
          <li
            key={index}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            className="px-2.5 py-1 aria-selected:bg-accent-ground"
            onPointerDown={(event) => {
              event.preventDefault();
              take(offer);
            }}
          >
            <Text value={offer} max={120} />
          </li>
        ))}
      </ul>
      <span role="status" className="sr-only">
        {shown.length > 0 ? `${shown.length} completions` : ''}
      </span>
    </div>
  );
}
