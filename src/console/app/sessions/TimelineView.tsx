import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { many } from '../format.ts';
import { Empty } from '../parts/Empty.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Detail } from './Detail.tsx';
import { EVERYTHING, Sieve } from './filter.ts';
import { lanesOf, shownLanes } from './lanes.ts';
import { Replay } from './Replay.tsx';
import { TimelineList } from './TimelineList.tsx';
import { TimelineTools } from './TimelineTools.tsx';
import { useTimeline } from './use-timeline.ts';

/**
 * What passed, as a sequence diagram, and one message of it in full.
 *
 * @param session as it is shown; empty: modern requests, which have none
 * @param client what the first lane is called
 */
export function TimelineView({
  session,
  client,
  isOpen,
}: {
  readonly session: string;
  readonly client: string;
  readonly isOpen: boolean;
}) {
  const { timeline, picture, problem, isOtherRun } = useTimeline(session);
  const [filter, setFilter] = useState(EVERYTHING);
  const [selected, setSelected] = useState<MessageView>();
  const [replayed, setReplayed] = useState<{ message: MessageView; isEdited: boolean }>();
  const [said, setSaid] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const detail = useRef<HTMLElement>(null);
  const sieve = useMemo(() => new Sieve(), [timeline]);
  const shown = sieve.take(picture.entries, filter, picture.turn);
  const servers = useLanes(picture.entries);

  const jump = useCallback(
    (from: MessageView) => {
      const other = timeline.counterpart(from);
      if (other) setSelected(other);
      setSaid(other ? '' : 'There is no other message to go to: it has not come, or is not kept any more.');
    },
    [timeline],
  );
  const open = useCallback(() => detail.current?.focus(), []);
  const close = useCallback(() => {
    setSelected(undefined);
    list.current?.focus();
  }, []);
  useEffect(() => setSelected(undefined), [timeline]);

  return (
    <section aria-label="Timeline">
      <TimelineTools
        picture={picture}
        filter={filter}
        onFilter={setFilter}
        shown={shown}
        session={session}
        onPause={(isPaused) => {
          timeline.pause(isPaused);
          setSaid(isPaused ? 'Paused: nothing moves until you go on.' : 'Going on.');
        }}
      />
      {problem && <ErrorNote problem={problem} />}
      {isOtherRun && (
        <p className="mb-2 text-warn">The gateway was started anew: what passed before is gone.</p>
      )}
      {picture.dropped > 0 && (
        <p className="mb-2 text-soft">{many(picture.dropped, 'older message')} not kept in this page.</p>
      )}
      <p role="status" className="sr-only">
        {said}
      </p>
      <div className={selected ? 'grid gap-3 xl:grid-cols-[minmax(0,1fr)_27rem]' : ''}>
        {picture.entries.length === 0 ? (
          <Empty title={isOpen ? 'Nothing has passed yet.' : 'Nothing is kept of this session.'}>
            {isOpen ? 'Messages appear here as they pass.' : 'Messages are remembered for a while only.'}
          </Empty>
        ) : (
          <TimelineList
            ref={list}
            shown={shown}
            servers={servers}
            client={client}
            selected={selected}
            onSelect={setSelected}
            onOpen={open}
            onJump={jump}
            onClose={close}
            isStill={picture.isPaused}
          />
        )}
        {selected && (
          <Detail
            ref={detail}
            message={selected}
            counterpart={timeline.counterpart(selected)}
            onJump={() => jump(selected)}
            onClose={close}
            onReplay={(message, isEdited) => setReplayed({ message, isEdited })}
          />
        )}
      </div>
      {replayed && (
        <Replay
          message={replayed.message}
          call={timeline.callOf(replayed.message)}
          isEdited={replayed.isEdited}
          onClose={() => setReplayed(undefined)}
        />
      )}
    </section>
  );
}

/** A lane that is there stays. */
function useLanes(entries: Parameters<typeof lanesOf>[0]): readonly string[] {
  const before = useRef<readonly string[]>([]);
  const looked = useRef(Number.NEGATIVE_INFINITY);
  return useMemo(() => {
    const last = entries.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
    // Another run counts anew.
    const begin = last < looked.current ? 0 : entries.findLastIndex(({ seq }) => seq <= looked.current) + 1;
    looked.current = last;
    before.current = lanesOf(entries.slice(begin), before.current);
    return shownLanes(before.current);
  }, [entries]);
}
