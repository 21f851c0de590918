/** The gateway at a glance. */
import { lazy, Suspense, useMemo, useState } from 'react';
import type { Sample } from '../../../edges/admin/contract/stats.ts';
import { count, millis } from '../format.ts';
import { Button } from '../parts/Button.tsx';
import { Card } from '../parts/Card.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Select } from '../parts/Select.tsx';
import { Text } from '../parts/Text.tsx';
import { useServers } from '../servers/use-servers.ts';
import { MOST_SAMPLES, useSamples } from './samples.ts';
import { byServer, errors, latency, type Line, sessions, throughput } from './series.ts';
import { Nodes } from './Nodes.tsx';
import { ServerTable } from './ServerTable.tsx';
import { Tiles } from './Tiles.tsx';
import { Troubles } from './Troubles.tsx';
import { useOverview } from './use-overview.ts';

const Chart = lazy(() => import('./Chart.tsx'));

const SPANS = [
  { value: '120', label: '2 minutes' },
  { value: '300', label: '5 minutes' },
  { value: String(MOST_SAMPLES), label: '15 minutes' },
];

const number = (value: number | null) => (value === null ? '–' : count(value));

interface Shown {
  readonly title: string;
  readonly lines: (samples: readonly Sample[]) => Line[];
  readonly format: (value: number | null) => string;
  readonly look?: 'bars';
}

const CHARTS: readonly Shown[] = [
  { title: 'Throughput, a second', lines: throughput, format: number },
  { title: 'Latency of calls', lines: latency, format: millis },
  { title: 'Errors, a second', lines: errors, format: number, look: 'bars' },
  { title: 'Sessions by dialect', lines: sessions, format: number },
  { title: 'Calls by server, a second', lines: byServer, format: number },
];

export default function Page() {
  const [seconds, setSeconds] = useState('300');
  const [isPaused, setPaused] = useState(false);
  const { data: overview, problem, reload } = useOverview();
  const { servers } = useServers();
  const { samples } = useSamples(isPaused);
  const shown = useMemo(() => samples.slice(-Number(seconds)), [samples, seconds]);

  return (
    <>
      <PageHead
        title="Overview"
        description={overview && <About version={overview.version} node={overview.node} url={overview.url} />}
        actions={
          <>
            <Button onClick={() => setPaused(!isPaused)} aria-pressed={isPaused}>
              <Icon name={isPaused ? 'play' : 'pause'} />
              {isPaused ? 'Paused' : 'Pause'}
            </Button>
            <Select aria-label="Time shown" options={SPANS} value={seconds} onChange={setSeconds} />
          </>
        }
      />
      {problem && <ErrorNote problem={problem} onRetry={reload} />}
      {!overview && !problem && <Loading />}
      {overview && (
        <div className="flex flex-col gap-4">
          <Troubles overview={overview} servers={servers ?? []} />
          <Tiles overview={overview} samples={samples} />
          <Nodes shown={overview.node} />
          <div className="grid gap-4 lg:grid-cols-2">
            {CHARTS.map((chart) => (
              <ChartCard key={chart.title} chart={chart} samples={shown} />
            ))}
            <Card title="Servers" isFlush>
              {servers ? <ServerTable servers={servers} /> : <Loading />}
            </Card>
          </div>
        </div>
      )}
    </>
  );
}

function ChartCard({ chart, samples }: { readonly chart: Shown; readonly samples: readonly Sample[] }) {
  const times = useMemo(() => samples.map(({ at }) => at), [samples]);
  const lines = useMemo(() => chart.lines(samples), [chart, samples]);
  const { title, format, look } = chart;
  return (
    <Card title={title}>
      <Suspense fallback={<Loading />}>
        <Chart title={title} times={times} lines={lines} format={format} {...(look ? { look } : {})} />
      </Suspense>
    </Card>
  );
}

function About({
  version,
  node,
  url,
}: {
  readonly version: string;
  readonly node: string;
  readonly url: string;
}) {
  return (
    <>
      Sluice {version} at <Text value={url} max={120} />, node <Text value={node} max={60} />
    </>
  );
}
