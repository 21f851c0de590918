import type { ServerView } from '../../../../edges/admin/contract/server.ts';
import { plain } from '../../foreign.ts';
import { Badge, type Tone } from '../../parts/Badge.tsx';
import { Card } from '../../parts/Card.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Select } from '../../parts/Select.tsx';
import { Text } from '../../parts/Text.tsx';
import { go, to } from '../../route.ts';

/** Goes from one server to another. */
export function ServerPicker({
  servers,
  server,
}: {
  readonly servers: readonly ServerView[];
  readonly server: string;
}) {
  const names = servers.map(({ name, state }) => ({
    value: name,
    label: state === 'disabled' || state === 'failed' ? `${name} (${state})` : name,
  }));
  const isKnown = servers.length === 0 || names.some(({ value }) => value === server);
  const options = names.some(({ value }) => value === server)
    ? names
    : [{ value: server, label: isKnown ? server : `${plain(server, 60)} (unknown)` }, ...names];
  return (
    <Select
      aria-label="Server"
      options={options}
      value={server}
      onChange={(name) => go(['playground', name])}
    />
  );
}

const TONES: Readonly<Record<ServerView['state'], Tone>> = {
  up: 'good',
  idle: 'plain',
  backoff: 'warn',
  failed: 'bad',
  disabled: 'warn',
};

/** The first thing to do here. */
export function ServerChoice({ servers }: { readonly servers: readonly ServerView[] }) {
  if (servers.length === 0) return <Empty title="There is no server.">Add one to the configuration.</Empty>;
  return (
    <Card title="Pick a server">
      <ul className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
        {servers.map(({ name, description, state }) => (
          <li key={name}>
            <a
              href={to(['playground', name])}
              className="flex h-full flex-col gap-1 rounded-md border border-line px-3 py-2 hover:bg-raised"
            >
              <span className="flex items-center justify-between gap-2 font-medium">
                <Text value={name} max={80} /> <Badge tone={TONES[state]}>{state}</Badge>
              </span>
              {description !== undefined && (
                <span className="text-sm text-soft">
                  <Text value={description} max={160} />
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}
