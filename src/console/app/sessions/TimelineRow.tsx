import { memo } from 'react';
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { plain } from '../foreign.ts';
import { clock, many, millis } from '../format.ts';
import { classes } from '../parts/class.ts';
import { Text } from '../parts/Text.tsx';
import { arrowOf, isClientSide, middleOf } from './lanes.ts';
import { type Summary, summaryOf } from './summary.ts';
import type { Entry } from './timeline.ts';

interface Props {
  readonly entry: Entry;
  readonly top: number;
  readonly height: number;
  readonly servers: readonly string[];
  readonly isWide: boolean;
  readonly isSelected: boolean;
  readonly isRelated: boolean;
  readonly position: number;
  readonly size: number;
  readonly onSelect: (message: MessageView) => void;
}

const TONES: Readonly<Record<Summary['tone'], string>> = {
  plain: 'text-ink',
  soft: 'text-soft',
  bad: 'text-bad',
  warn: 'text-warn',
  violet: 'text-violet',
  accent: 'text-accent',
};

/** One message on its way between two lanes. */
export const TimelineRow = memo(function TimelineRow(props: Props) {
  const { entry, top, height, isWide, isSelected, isRelated, position, size, onSelect } = props;
  const style = { height, transform: `translateY(${top}px)` };
  if (entry.kind === 'gap') {
    return (
      <div
        role="option"
        aria-selected={false}
        aria-disabled
        className="absolute inset-x-0 flex items-center justify-center bg-warn-ground text-sm text-warn"
        style={style}
      >
        {many(entry.count, 'message')} not shown: more came than the page is told of.
      </div>
    );
  }
  const summary = summaryOf(entry);
  return (
    <div
      role="option"
      id={`message-${entry.seq}`}
      aria-selected={isSelected}
      aria-setsize={size}
      aria-posinset={position}
      onClick={() => onSelect(entry)}
      className={classes(
        'absolute inset-x-0 flex cursor-pointer items-stretch pr-4 text-sm',
        isSelected ? 'bg-accent-ground' : isRelated ? 'bg-raised' : 'hover:bg-raised/60',
      )}
      style={style}
    >
      {isWide && (
        <span className="flex w-24 shrink-0 items-center pl-3 text-xs text-soft">{clock(entry.at)}</span>
      )}
      <Lanes {...props} entry={entry} summary={summary} />
      {isWide && (
        <span className={classes('flex w-20 shrink-0 items-center justify-end text-xs', TONES[summary.tone])}>
          {entry.ms !== undefined && (
            <>
              <span className="sr-only">, after </span>
              {millis(entry.ms)}
            </>
          )}
        </span>
      )}
    </div>
  );
});

function Lanes({
  entry,
  servers,
  isWide,
  summary,
}: Omit<Props, 'entry'> & { readonly entry: MessageView; readonly summary: Summary }) {
  const lanes = servers.length + 2;
  const { from, to } = arrowOf(entry, servers);
  const [left, right] = [Math.min(from, to), Math.max(from, to)].map((lane) => middleOf(lane, lanes)) as [
    number,
    number,
  ];
  const span = { left: `${left}%`, width: `${right - left}%` };
  const isDashed = entry.kind !== 'request';
  // What went wrong is read without a click: it may go on over the lane where nothing is drawn.
  const isLong = summary.tone === 'bad' || summary.tone === 'warn';
  const room = !isLong
    ? span
    : isClientSide(entry)
      ? { left: span.left, right: 0 }
      : { left: 0, right: `${100 - right}%` };
  return (
    <span className={classes('relative min-w-0 flex-1', TONES[summary.tone])}>
      {Array.from({ length: lanes }, (_, lane) => (
        <span
          key={lane}
          className="absolute inset-y-0 w-px bg-line"
          style={{ left: `${middleOf(lane, lanes)}%` }}
        />
      ))}
      <span
        className={classes(
          'absolute truncate px-2 text-xs',
          isWide ? 'top-1' : 'inset-x-0 top-1',
          isWide && (!isLong ? 'text-center' : isClientSide(entry) ? 'text-left' : 'text-right'),
          entry.kind === 'request' && 'font-medium',
        )}
        style={isWide ? room : undefined}
      >
        <Said message={entry} summary={summary} isWide={isWide} />
      </span>
      <span
        className={classes('absolute bottom-2.5 border-t border-current', isDashed && 'border-dashed')}
        style={span}
      />
      <span
        className={classes(
          'absolute bottom-2.5 size-1.5 translate-y-[2.5px] border-t-[1.5px] border-current',
          to > from ? '-translate-x-full rotate-45 border-r-[1.5px]' : '-rotate-45 border-l-[1.5px]',
        )}
        style={{ left: `${middleOf(to, lanes)}%` }}
      />
    </span>
  );
}

function Said({
  message,
  summary,
  isWide,
}: {
  readonly message: MessageView;
  readonly summary: Summary;
  readonly isWide: boolean;
}) {
  const { title, said, hint } = summary;
  return (
    <>
      {!isWide && message.ms !== undefined && <span className="text-soft">{millis(message.ms)} </span>}
      <span className="sr-only"> {WORDS[message.leg]}: </span>
      <Text value={title} max={120} isMono />
      {said !== '' && (
        <>
          {' '}
          <Text value={said} max={160} />
        </>
      )}
      {hint !== '' && <span className="sr-only">. {plain(hint)}</span>}
    </>
  );
}

const WORDS: Readonly<Record<MessageView['leg'], string>> = {
  'from-client': 'client to gateway',
  'to-server': 'gateway to server',
  'from-server': 'server to gateway',
  'to-client': 'gateway to client',
};
