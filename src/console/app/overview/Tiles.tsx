/** The few numbers one looks at first. */
import type { ReactNode } from 'react';
import type { Overview } from '../../../edges/admin/contract/overview.ts';
import type { Sample } from '../../../edges/admin/contract/stats.ts';
import { bytes, count, many, millis, span } from '../format.ts';
import { useNow } from '../now.ts';
import { Badge, type Tone } from '../parts/Badge.tsx';

const STATUS: Readonly<Record<Overview['status'], { readonly tone: Tone; readonly word: string }>> = {
  healthy: { tone: 'good', word: 'Healthy' },
  degraded: { tone: 'warn', word: 'Degraded' },
  draining: { tone: 'accent', word: 'Draining' },
};

/** Samples that the rates are taken from. */
const MINUTE = 60;

export function Tiles({
  overview,
  samples,
}: {
  readonly overview: Overview;
  readonly samples: readonly Sample[];
}) {
  const now = useNow();
  const last = samples.at(-1);
  const minute = samples.slice(-MINUTE);
  const calls = sum(minute, ({ calls }) => calls);
  const failed = sum(minute, ({ errors }) => errors);
  const { tone, word } = STATUS[overview.status];
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 2xl:grid-cols-8">
      <Tile name="Status" about={`up for ${span(Math.max(0, now - overview.startedAt))}`}>
        <Badge tone={tone} hasDot>
          {word}
        </Badge>
      </Tile>
      <Tile name="Sessions" about={many(last?.streams ?? overview.streams, 'stream')}>
        {count(last?.sessions ?? overview.sessions)}
      </Tile>
      <Tile name="Calls" about={`a minute; ${count(last?.inFlight ?? overview.inFlight)} in flight`}>
        {count(calls)}
      </Tile>
      <Tile name="Failed" about="of the calls of a minute">
        <span className={failed > 0 ? 'text-bad' : undefined}>
          {calls === 0 ? '–' : `${((failed / calls) * 100).toFixed(failed === 0 ? 0 : 1)} %`}
        </span>
      </Tile>
      <Tile name="p95" about="the worst second of a minute">
        {millis(most(minute, ({ p95 }) => p95))}
      </Tile>
      <Tile name="CPU" about="of one core">
        {last ? `${Math.round(last.cpu * 100)} %` : '–'}
      </Tile>
      <Tile name="Memory" about="of the gateway">
        {last ? bytes(last.memoryBytes) : '–'}
      </Tile>
      <Tile name="Loop delay" about="the worst of a second">
        {millis(last?.loopDelayMs)}
      </Tile>
    </dl>
  );
}

function Tile({
  name,
  about,
  children,
}: {
  readonly name: string;
  readonly about: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex min-w-0 flex-col rounded-lg border border-line bg-panel px-4 py-3">
      <dt className="text-sm text-soft">{name}</dt>
      <dd className="flex flex-col">
        <span className="flex min-h-7.5 items-center text-xl font-semibold">{children}</span>
        <span className="truncate text-xs text-soft">{about}</span>
      </dd>
    </div>
  );
}

function sum(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.reduce((total, sample) => total + of(sample), 0);
}

function most(samples: readonly Sample[], of: (sample: Sample) => number | null): number | null {
  const known = samples.flatMap((sample) => of(sample) ?? []);
  return known.length === 0 ? null : Math.max(...known);
}
