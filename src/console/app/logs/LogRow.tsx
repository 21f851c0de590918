import type { LogLine } from '../../../edges/admin/contract/live.ts';
import { clock, moment } from '../format.ts';
import { classes } from '../parts/class.ts';
import { Text } from '../parts/Text.tsx';

const TONES: Readonly<Record<LogLine['level'], string>> = {
  trace: 'text-soft',
  debug: 'text-soft',
  info: 'text-accent',
  warn: 'text-warn',
  error: 'text-bad',
  fatal: 'text-bad',
};

/** Of the fields, shown beside the message. */
const MOST_INLINE = 240;

export function LogRow({
  line: { at, level, message, fields },
  isOpen,
  onToggle,
}: {
  readonly line: LogLine;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const entries = Object.entries(fields);
  return (
    <div className="border-b border-line/60 hover:bg-raised/60">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex w-full items-baseline gap-2.5 px-4 py-0.5 text-left max-md:flex-wrap max-md:gap-y-0"
      >
        <span title={moment(at)} className="text-soft">
          {clock(at)}
        </span>
        <span className={classes('w-11 shrink-0 font-semibold', TONES[level])}>{level}</span>
        <span className="min-w-0 flex-1 truncate max-md:basis-full">
          <Text value={message} max={MOST_INLINE} />
          {entries.length > 0 && (
            <span className="ml-2 text-soft">
              <Text
                value={entries.map(([name, value]) => `${name}=${inline(value)}`).join(' ')}
                max={MOST_INLINE}
              />
            </span>
          )}
        </span>
      </button>
      {isOpen && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 px-4 pt-1 pb-2">
          <dt className="text-soft">message</dt>
          <dd>
            <Text value={message} max={2_000} hasLines canGrow />
          </dd>
          {entries.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">
                <Text value={name} max={60} />
              </dt>
              <dd>
                <Text value={full(value)} max={2_000} hasLines canGrow />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function inline(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MOST_INLINE) : JSON.stringify(value);
}

function full(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
