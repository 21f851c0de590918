import { type ReactNode, useEffect, useRef } from 'react';
import { nodeOf } from '../chosen-node.ts';
import { labelOf } from '../nodes.ts';
import { takeMove, useRoute } from '../route.ts';

/**
 * The heading of a page: it takes the focus when somebody came here from elsewhere in the console, so that screen readers
 * and the keyboard begin at the new page.
 */
export function PageHead({
  title,
  name,
  description,
  actions,
}: {
  /** What is read in the title of the window; where `name` is missing, in the heading, too. */
  readonly title: string;
  /** The heading, where it is more than words. */
  readonly name?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const node = nodeOf(useRoute());
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = [title, ...(node === undefined ? [] : [labelOf(node)]), 'Sluice'].join(' · ');
  }, [title, node]);
  useEffect(() => {
    if (takeMove()) heading.current?.focus();
  }, [title]);
  return (
    <div className="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold">
          {name ?? title}
        </h1>
        {description !== undefined && <p className="text-soft">{description}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
