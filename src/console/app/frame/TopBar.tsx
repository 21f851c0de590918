import { useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Icon } from '../parts/Icon.tsx';
import type { Route } from '../route.ts';
import { Brand } from './Brand.tsx';
import { LinkState } from './LinkState.tsx';
import { NavList } from './NavList.tsx';
import { NodePicker } from './NodePicker.tsx';
import { SignOut } from './SignOut.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';

/** In place of the sidebar where the screen is narrow. */
export function TopBar({ route, openPalette }: { readonly route: Route; readonly openPalette: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <header className="sticky top-0 z-20 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-panel px-3 py-2 md:hidden">
      <Button look="quiet" aria-label="Menu" onClick={() => setOpen(true)}>
        <Icon name="menu" />
      </Button>
      <Brand />
      <div className="ml-auto flex items-center gap-2">
        <LinkState />
        <Button look="quiet" aria-label="Go to…" onClick={openPalette}>
          <Icon name="search" />
        </Button>
      </div>
      <NodePicker route={route} className="w-full" />
      <Dialog isOpen={isOpen} onClose={close} title="Menu">
        <nav aria-label="Pages">
          <NavList route={route} onGo={close} />
        </nav>
        <ThemeSwitch />
        <SignOut className="flex min-h-8.5 items-center gap-2.5 rounded-md px-2.5 text-soft hover:bg-raised" />
      </Dialog>
    </header>
  );
}
