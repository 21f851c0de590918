/** The console around its pages. */
import { Suspense, useEffect, useState } from 'react';
import { useLive } from '../live.ts';
import { nodeOf } from '../chosen-node.ts';
import { useKeptNodes } from '../nodes.ts';
import { PAGES } from '../pages.ts';
import { Empty } from '../parts/Empty.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { type Route, to, useRoute } from '../route.ts';
import { useShortcuts } from '../shortcuts.ts';
import { Fence } from './Fence.tsx';
import { keepFocus } from './focus.ts';
import { Help } from './Help.tsx';
import { LinkBanner } from './LinkBanner.tsx';
import { NodeNote } from './NodeNote.tsx';
import { Notices } from './Notices.tsx';
import { Palette } from './Palette.tsx';
import { Sidebar } from './Sidebar.tsx';
import { TopBar } from './TopBar.tsx';

export function Frame() {
  const route = useRoute();
  const [open, setOpen] = useState<'help' | 'palette'>();
  const close = () => setOpen(undefined);
  // The link to the gateway is there whatever a page follows.
  useLive([], () => undefined);
  useKeptNodes();
  useEffect(keepFocus, []);
  useShortcuts({ openHelp: () => setOpen('help'), openPalette: () => setOpen('palette') });
  return (
    <>
      <button
        type="button"
        onClick={skip}
        className="sr-only z-30 rounded-md bg-panel px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </button>
      <div className="flex min-h-dvh max-md:flex-col">
        <Sidebar route={route} openPalette={() => setOpen('palette')} openHelp={() => setOpen('help')} />
        <TopBar route={route} openPalette={() => setOpen('palette')} />
        <div className="flex min-w-0 flex-1 flex-col">
          <LinkBanner route={route} />
          <main
            tabIndex={-1}
            className="outline-none mx-auto w-full max-w-[100rem] min-w-0 flex-1 p-4 md:p-6"
          >
            <NodeNote route={route} />
            {/* What was seen of one node is not shown as another's. */}
            <Fence key={`${route.page} ${nodeOf(route) ?? ''}`}>
              <Suspense fallback={<Loading />}>
                <Shown route={route} />
              </Suspense>
            </Fence>
          </main>
        </div>
      </div>
      <Notices />
      <Help isOpen={open === 'help'} onClose={close} />
      <Palette isOpen={open === 'palette'} onClose={close} />
    </>
  );
}

/** To the heading of the page; to its place where it is still on its way. */
function skip(): void {
  (document.querySelector<HTMLElement>('main h1') ?? document.querySelector('main'))?.focus();
}

function Shown({ route: { page, rest, query } }: { readonly route: Route }) {
  const found = PAGES.find(({ path }) => path === page);
  if (found) return <found.Page rest={rest} query={query} />;
  return (
    <>
      <PageHead title="Nothing here" />
      <Empty title="There is no such page.">
        <a className="text-accent underline" href={to(['overview'])}>
          Go to the overview
        </a>
      </Empty>
    </>
  );
}
