import { PAGES } from '../pages.ts';
import { Dialog } from '../parts/Dialog.tsx';

const OTHERS: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Go to a page or a server, or do something'],
  ['/', 'To the filter of the page'],
  ['?', 'This list'],
  ['Esc', 'Close what is open'],
];

export function Help({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const rows = [...PAGES.map(({ key, title }) => [`g ${key}`, title] as const), ...OTHERS];
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Shortcuts"
      description="Single keys can be switched off in the settings."
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {rows.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt className="flex gap-1">
              {keys.split(' ').map((key) => (
                <kbd
                  key={key}
                  className="min-w-6 rounded-sm border border-edge px-1.5 text-center font-mono text-xs leading-5"
                >
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
