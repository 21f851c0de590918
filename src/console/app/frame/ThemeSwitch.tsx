import { classes } from '../parts/class.ts';
import { Icon, type IconName } from '../parts/Icon.tsx';
import { useStore } from '../store.ts';
import { setTheme, type Theme, THEMES, theme } from '../theme.ts';

const LOOKS: Readonly<Record<Theme, { readonly icon: IconName; readonly label: string }>> = {
  system: { icon: 'screen', label: 'As the system' },
  light: { icon: 'sun', label: 'Light' },
  dark: { icon: 'moon', label: 'Dark' },
};

export function ThemeSwitch() {
  const now = useStore(theme);
  return (
    <div role="group" aria-label="Theme" className="flex gap-0.5 px-1">
      {THEMES.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === now}
          aria-label={LOOKS[each].label}
          title={LOOKS[each].label}
          onClick={() => setTheme(each)}
          className={classes(
            'inline-flex h-8 flex-1 items-center justify-center rounded-md',
            each === now ? 'bg-raised text-ink' : 'text-soft hover:bg-raised',
          )}
        >
          <Icon name={LOOKS[each].icon} />
        </button>
      ))}
    </div>
  );
}
