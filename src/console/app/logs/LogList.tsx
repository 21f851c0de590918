/** Lines in a box of their own, of which only those that are seen are in the page; it stays at the end while one looks there. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { LogLine } from '../../../edges/admin/contract/live.ts';
import { Button } from '../parts/Button.tsx';
import { Icon } from '../parts/Icon.tsx';
import { LogRow } from './LogRow.tsx';

const ROW_PX = 26;
/** So near to the end is at the end. */
const NEAR_PX = 40;

export function LogList({
  lines,
  isPaused,
}: {
  readonly lines: readonly LogLine[];
  readonly isPaused: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => `${lines[index]?.at}-${lines[index]?.seq}`,
    overscan: 12,
  });
  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  // Rows are as high as they are once they were seen, so the end moves.
  const height = virtual.getTotalSize();
  useEffect(() => {
    if (isAtEnd && !isPaused) toEnd();
  }, [height, lines, isAtEnd, isPaused]);
  const toggle = (seq: number) => {
    const next = new Set(open);
    if (!next.delete(seq)) next.add(seq);
    setOpen(next);
  };
  return (
    <div className="relative">
      <div
        ref={box}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        tabIndex={0}
        className="h-[calc(100dvh-10.5rem)] min-h-60 overflow-y-auto font-mono text-sm"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR_PX)
        }
      >
        <div className="relative w-full" style={{ height }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            return (
              line && (
                <div
                  key={key}
                  data-index={index}
                  ref={virtual.measureElement}
                  className="absolute inset-x-0 top-0"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <LogRow line={line} isOpen={open.has(line.seq)} onToggle={() => toggle(line.seq)} />
                </div>
              )
            );
          })}
        </div>
      </div>
      {!isAtEnd && (
        <div className="absolute right-6 bottom-3">
          <Button size="small" look="primary" onClick={toEnd}>
            <Icon name="down" />
            To the end
          </Button>
        </div>
      )}
    </div>
  );
}
