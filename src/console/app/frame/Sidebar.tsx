import { Icon } from '../parts/Icon.tsx';
import type { Route } from '../route.ts';
import { Brand } from './Brand.tsx';
import { LinkState } from './LinkState.tsx';
import { NavList } from './NavList.tsx';
import { NodePicker } from './NodePicker.tsx';
import { SignOut } from './SignOut.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';

const TOOL = 'flex min-h-8.5 w-full items-center gap-2.5 rounded-md px-2.5 text-soft hover:bg-raised';

/** What stands at the side where there is room. */
export function Sidebar({
  route,
  openPalette,
  openHelp,
}: {
  readonly route: Route;
  readonly openPalette: () => void;
  readonly openHelp: () => void;
}) {
  return (
    <header className="sticky top-0 flex h-dvh w-52 shrink-0 flex-col gap-4 overflow-y-auto border-r border-line bg-panel p-3 max-md:hidden">
      <div className="flex items-center justify-between px-2.5 pt-1">
        <Brand />
        <LinkState />
      </div>
      <NodePicker route={route} className="px-2.5" />
      <nav aria-label="Pages">
        <NavList route={route} />
      </nav>
      <div className="mt-auto flex flex-col gap-0.5">
        <button type="button" className={TOOL} onClick={openPalette}>
          <Icon name="search" />
          Go to…
          <kbd className="ml-auto font-mono text-xs">Ctrl K</kbd>
        </button>
        <button type="button" className={TOOL} onClick={openHelp}>
          <Icon name="keyboard" />
          Shortcuts
          <kbd className="ml-auto font-mono text-xs">?</kbd>
        </button>
        <SignOut className={TOOL} />
        <ThemeSwitch />
      </div>
    </header>
  );
}
