import { clock, many } from '../../format.ts';
import type { LogEntry } from '../../mcp/client.ts';
import { Badge, type Tone } from '../../parts/Badge.tsx';
import { Text } from '../../parts/Text.tsx';

/** What the server wrote while something ran (MCP, logging). */
export function LogLines({
  lines,
  missed,
  isOpen,
}: {
  readonly lines: readonly LogEntry[];
  readonly missed: number;
  readonly isOpen: boolean;
}) {
  if (lines.length === 0) return null;
  return (
    <details className="text-sm" open={isOpen || undefined}>
      <summary className="w-fit text-soft">{many(lines.length + missed, 'line')} of the server</summary>
      {missed > 0 && <p className="text-soft">The first {missed} are not kept.</p>}
      <ol
        aria-label="Lines of the server"
        className="flex max-h-60 flex-col gap-1 overflow-y-auto"
        tabIndex={0}
      >
        {lines.map((line, index) => (
          <li key={index} className="flex flex-wrap items-baseline gap-x-2 font-mono">
            <time className="text-soft">{clock(line.at)}</time>
            <Badge tone={TONES[line.level] ?? 'plain'}>
              <Text value={line.level} max={20} />
            </Badge>
            {line.logger !== '' && <Text value={line.logger} max={60} isMono />}
            <span className="min-w-0 flex-1">
              <Text value={said(line.data)} max={500} canGrow isMono />
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  warning: 'warn',
  error: 'bad',
  critical: 'bad',
  alert: 'bad',
  emergency: 'bad',
  notice: 'accent',
};

function said(data: unknown): string {
  return typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
}
