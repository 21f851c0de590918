import { useEffect, useState } from 'react';
import { notify } from '../../notices.ts';
import { Select } from '../../parts/Select.tsx';
import { workbench } from '../runs/here.ts';
import type { Bench } from '../runs/workbench.ts';

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];
const OPTIONS = [
  { value: '', label: 'Its own log level' },
  ...LEVELS.map((level) => ({ value: level, label: `Log level ${level}` })),
];

/** From which level on the server writes lines, where it lets a client say (MCP, logging). */
export function LogLevel({ bench }: { readonly bench: Bench }) {
  const [level, setLevel] = useState('');
  const client = workbench.known(bench.server);
  const isOpen = bench.state === 'open';
  useEffect(() => {
    // It may be another session, of which the server knows nothing.
    if (isOpen && level !== '') client?.setLevel(level).catch(() => setLevel(''));
  }, [isOpen]);
  if (!isOpen || client?.can('logging') !== true) return null;
  const change = (next: string) => {
    setLevel(next);
    if (next === '') return;
    client
      .setLevel(next)
      .catch((error: unknown) =>
        notify('bad', error instanceof Error ? error.message : 'It was not changed.'),
      );
  };
  return <Select aria-label="Log level" options={OPTIONS} value={level} onChange={change} />;
}
