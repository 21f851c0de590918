import { dismiss, notices } from '../notices.ts';
import { classes } from '../parts/class.ts';
import { Icon } from '../parts/Icon.tsx';
import { Text } from '../parts/Text.tsx';
import { useStore } from '../store.ts';

export function Notices() {
  const shown = useStore(notices);
  return (
    <div
      role="status"
      aria-label="Notices"
      className="pointer-events-none fixed right-4 bottom-4 z-60 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2"
    >
      {shown.map(({ id, tone, text }) => (
        <div
          key={id}
          className={classes(
            'pointer-events-auto flex items-start gap-2 rounded-lg border border-line bg-panel p-3 shadow-lg',
            tone === 'bad' ? 'text-bad' : 'text-ink',
          )}
        >
          <Icon name={tone === 'bad' ? 'warning' : 'check'} />
          <p className="min-w-0 flex-1">
            <Text value={text} />
          </p>
          <button type="button" aria-label="Close the notice" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
