import { type Key, type ReactNode, useEffect, useRef, useState } from 'react';
import { classes } from './class.ts';

export interface Column<Row> {
  readonly id: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** Left out where the screen is narrow: must not be all that says it. */
  readonly isWide?: boolean;
  readonly className?: string;
}

/**
 * A table that scrolls sideways by itself where it is too wide, by keyboard, too. For hundreds of rows; longer lists are
 * virtualised by their pages.
 */
export function Table<Row>({
  label,
  columns,
  rows,
  keyOf,
}: {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => Key;
}) {
  const box = useRef<HTMLDivElement>(null);
  const isTooWide = useTooWide(box);
  return (
    <div
      ref={box}
      className="relative overflow-x-auto"
      {...(isTooWide ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}
    >
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b border-line text-xs text-soft">
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={classes('font-medium whitespace-nowrap', cellClass(column))}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b border-line last:border-0 hover:bg-raised/60">
              {columns.map((column) => (
                <td key={column.id} className={classes(cellClass(column), column.className)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellClass<Row>({ isNumber, isWide }: Column<Row>): string {
  return classes(
    'px-2 py-1.5 align-top first:pl-4 last:pr-4',
    isNumber && 'text-right whitespace-nowrap',
    isWide && 'max-md:hidden',
  );
}

/** What scrolls must be reached by keyboard, and only then be in the way of the Tab key. */
function useTooWide(box: { readonly current: HTMLElement | null }): boolean {
  const [isTooWide, setTooWide] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = () => setTooWide(element.scrollWidth > element.clientWidth + 1);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [box]);
  return isTooWide;
}
