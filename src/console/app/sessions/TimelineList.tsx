import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { LaneHead } from './LaneHead.tsx';
import type { Entry } from './timeline.ts';
import { TimelineRow } from './TimelineRow.tsx';

const WIDE_ROW = 34;
const NARROW_ROW = 46;
/** From here on a row says all in one line. */
const WIDE = matchMedia('(min-width: 48rem)');
/** What is scrolled so soon after a hand was there was scrolled by it. */
const HAND_MS = 1_000;
/** Rows that Page Up and Page Down pass over. */
const PAGE = 12;

/**
 * The rows of a sequence diagram. One control: arrows go from row to row, Left and Right from a request to its answer and
 * back, Enter to the message in full, Escape away from it.
 */
export function TimelineList({
  ref,
  shown,
  servers,
  client,
  selected,
  onSelect,
  onOpen,
  onJump,
  onClose,
  isStill,
}: {
  readonly ref: Ref<HTMLDivElement>;
  readonly shown: readonly Entry[];
  readonly servers: readonly string[];
  readonly client: string;
  readonly selected: MessageView | undefined;
  readonly onSelect: (message: MessageView) => void;
  readonly onOpen: () => void;
  readonly onJump: (message: MessageView) => void;
  readonly onClose: () => void;
  /** Nothing is scrolled by itself. */
  readonly isStill: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => box.current as HTMLDivElement);
  const isWide = useSyncExternalStore(listen, () => WIDE.matches);
  const [isAtEnd, setAtEnd] = useState(true);
  const touched = useRef(Number.NEGATIVE_INFINITY);
  const touch = ({ timeStamp }: { readonly timeStamp: number }) => {
    touched.current = timeStamp;
  };
  const height = isWide ? WIDE_ROW : NARROW_ROW;
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 12,
    getItemKey: (at) => shown[at]?.seq ?? at,
  });
  useEffect(() => rows.measure(), [height, rows]);
  useEffect(() => {
    if (isAtEnd && !isStill && !selected && shown.length > 0)
      rows.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [shown, isAtEnd, isStill, selected, rows]);
  const at = selected ? indexOf(shown, selected.seq) : -1;
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
    // Only where another one is chosen: what comes meanwhile must not move the page.
  }, [selected?.seq]);

  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = messageFrom(shown, at < 0 && step < 0 ? shown.length : at, step);
      if (next) onSelect(next);
    } else if (selected && event.key === 'Enter') onOpen();
    else if (selected && event.key === 'Escape') onClose();
    else if (selected && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) onJump(selected);
    else return;
    event.preventDefault();
  };
  const items = rows.getVirtualItems();
  const isActiveDrawn = items.some(({ index }) => index === at);
  return (
    <div className="min-w-0 overflow-hidden rounded-lg border border-line bg-panel outline-accent has-[[role=listbox]:focus-visible]:outline-2">
      <LaneHead client={client} servers={servers} isWide={isWide} />
      <div
        ref={box}
        role="listbox"
        aria-label="Messages"
        tabIndex={0}
        {...(selected && isActiveDrawn ? { 'aria-activedescendant': `message-${selected.seq}` } : {})}
        onKeyDown={press}
        onWheel={touch}
        onTouchMove={touch}
        onPointerDown={touch}
        onScroll={({ timeStamp, currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          const isDown = scrollTop + clientHeight >= scrollHeight - height * 2;
          // Rows that are added or let go of scroll, too: only a hand leaves the end.
          if (isDown || timeStamp - touched.current < HAND_MS) setAtEnd(isDown);
        }}
        className="relative h-[min(38rem,calc(100dvh-12rem))] min-h-72 overflow-y-auto -outline-offset-2"
      >
        <div role="presentation" className="relative w-full" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const entry = shown[index];
            return (
              entry && (
                <TimelineRow
                  key={key}
                  entry={entry}
                  top={start}
                  height={height}
                  servers={servers}
                  isWide={isWide}
                  isSelected={entry === selected}
                  isRelated={isRelated(entry, selected)}
                  position={index + 1}
                  size={shown.length}
                  onSelect={onSelect}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE,
  PageUp: -PAGE,
  End: Number.POSITIVE_INFINITY,
  Home: Number.NEGATIVE_INFINITY,
};

/** The message so many rows on, or the last one in that direction. */
function messageFrom(shown: readonly Entry[], at: number, step: number): MessageView | undefined {
  const way = Math.sign(step);
  let index = Math.min(shown.length - 1, Math.max(0, at + step));
  // What is no message is passed over; at the end the way goes back.
  for (let tries = 0; tries < 2 * shown.length; tries++) {
    const entry = shown[index];
    if (entry && entry.kind !== 'gap') return entry;
    index += tries < shown.length ? way : -way;
  }
  return undefined;
}

/** Numbers only grow. */
function indexOf(shown: readonly Entry[], seq: number): number {
  let low = 0;
  let high = shown.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shown[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return shown[low]?.seq === seq ? low : -1;
}

/** Whether it belongs to the same request. */
function isRelated(entry: Entry, selected: MessageView | undefined): boolean {
  if (!selected || entry.kind === 'gap') return false;
  return (entry.call ?? entry.seq) === (selected.call ?? selected.seq);
}

function listen(listener: () => void): () => void {
  WIDE.addEventListener('change', listener);
  return () => WIDE.removeEventListener('change', listener);
}
