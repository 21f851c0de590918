import { PAGES } from '../pages.ts';
import { classes } from '../parts/class.ts';
import { Icon } from '../parts/Icon.tsx';
import { type Route, to } from '../route.ts';

/** The pages, as links. */
export function NavList({ route, onGo }: { readonly route: Route; readonly onGo?: () => void }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {PAGES.map(({ path, title, icon }) => {
        const isCurrent = path === route.page;
        return (
          <li key={path}>
            <a
              href={to([path])}
              onClick={onGo}
              aria-current={isCurrent ? 'page' : undefined}
              className={classes(
                'flex min-h-8.5 items-center gap-2.5 rounded-md px-2.5 hover:bg-raised',
                isCurrent ? 'bg-accent-ground font-medium text-accent' : 'text-ink',
              )}
            >
              <Icon name={icon} />
              {title}
            </a>
          </li>
        );
      })}
    </ul>
  );
}
