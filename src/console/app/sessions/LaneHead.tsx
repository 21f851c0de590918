import { Text } from '../parts/Text.tsx';
import { middleOf } from './lanes.ts';

/** The names of the lanes, above them. */
export function LaneHead({
  client,
  servers,
  isWide,
}: {
  readonly client: string;
  readonly servers: readonly string[];
  readonly isWide: boolean;
}) {
  const lanes = [client, 'gateway', ...servers];
  return (
    <div className="flex border-b border-line bg-raised/50 py-1.5 pr-4 text-xs text-soft">
      {isWide && <span className="w-24 shrink-0 pl-3">Time</span>}
      <div className="relative h-4 min-w-0 flex-1">
        {lanes.map((lane, at) => (
          <span
            key={lane}
            className="absolute -translate-x-1/2 truncate text-center font-medium text-ink"
            style={{ left: `${middleOf(at, lanes.length)}%`, width: `${96 / lanes.length}%` }}
          >
            <Text value={lane} max={40} />
          </span>
        ))}
      </div>
      {isWide && <span className="w-20 shrink-0 text-right">Latency</span>}
    </div>
  );
}
