/**
 * All who watch: what happens is gathered, and told to each in bounds a few times a second. While nobody watches there is
 * no timer, and nothing is gathered.
 */
import type { Runtime, Timer } from '../../engine/ports.ts';
import { cleanMessage } from './clean-message.ts';
import type { LiveEvent, LogLine, Topic } from './contract/live.ts';
import type { SessionView } from './contract/session.ts';
import type { ServerView } from './contract/server.ts';
import type { Sample } from './contract/stats.ts';
import { type FeedLimits, type FeedOptions, LiveFeed } from './live-feed.ts';
import type { Recorder } from './recorder.ts';
import type { Change } from './session-views.ts';

/** So many watch at once. */
export const WATCHERS = 16;
/** Between two rounds, in ms. */
export const ROUND_MS = 100;
/** Shown to one watcher in one round: 200 messages a second. */
const MESSAGES_A_ROUND = 20;
/** And of sessions, and of lines of the log. */
const SESSIONS_A_ROUND = 50;
const LINES_A_ROUND = 50;
/** Characters of one message that are shown at once; the whole of what is kept is given to who asks for it. */
const SHOWN = 8 * 1024;

export interface FeedsPorts {
  readonly runtime: Pick<Runtime, 'now' | 'after'>;
  readonly recorder: Recorder;
  /** Tells runs of the gateway apart. */
  readonly hello: () => Extract<LiveEvent, { event: 'hello' }>['data'];
  /** Of these whole ids those that are open. */
  readonly sessions: (ids: ReadonlyMap<string, Change>) => { change: Change; session: SessionView }[];
  readonly server: (name: string) => ServerView | undefined;
  /** Names of servers that are others than they were told last. */
  readonly changedServers: () => readonly string[];
  /** Without secrets. */
  readonly clean: (text: string) => string;
  readonly limits?: Partial<FeedLimits> | undefined;
}

export type Asked = Pick<FeedOptions, 'connection' | 'topics' | 'session' | 'isIn'> & {
  /** The id of the last event that whoever comes back has seen. */
  readonly lastId?: string | undefined;
};

export class LiveFeeds {
  readonly #ports: FeedsPorts;
  readonly #feeds = new Set<LiveFeed>();
  readonly #wanted = new Map<Topic, number>();
  readonly #changed = new Map<string, Change>();
  readonly #ended: SessionView[] = [];
  readonly #servers = new Set<string>();
  readonly #lines: LogLine[] = [];
  #untold = { sessions: 0, lines: 0 };
  #unwatch: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(ports: FeedsPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#feeds.size;
  }

  get hasRoom(): boolean {
    return this.#feeds.size < WATCHERS;
  }

  /** One more watches: told who speaks, and of messages that it missed while it was away. */
  open({ lastId, ...asked }: Asked): LiveFeed {
    const { runtime, recorder, hello, limits } = this.#ports;
    const now = () => runtime.now();
    const feed = new LiveFeed({ ...asked, now, limits, onEnd: (ended) => this.#left(ended) });
    this.#feeds.add(feed);
    for (const topic of feed.topics) this.#wanted.set(topic, (this.#wanted.get(topic) ?? 0) + 1);
    if (feed.topics.has('messages')) this.#unwatch ??= recorder.watch();
    feed.latest = this.#seenBy(lastId);
    feed.say({ event: 'hello', data: hello() }, undefined, this.#id(feed.latest));
    this.#timer ??= runtime.after(ROUND_MS, () => this.#round());
    return feed;
  }

  /** Ends all of them. */
  close(): void {
    for (const feed of [...this.#feeds]) feed.end('draining');
  }

  // --------------------------------------------------------------------------------------- what happens

  sampled(sample: Sample): void {
    if (this.#isWanted('stats')) this.#tellAll('stats', { event: 'sample', data: sample });
    if (!this.#isWanted('servers')) return;
    for (const name of this.#ports.changedServers()) this.#servers.add(name);
  }

  sessionChanged(change: Change, id: string, ended?: SessionView): void {
    if (!this.#isWanted('sessions')) return;
    if (ended) {
      this.#changed.delete(id);
      if (this.#ended.length < SESSIONS_A_ROUND) this.#ended.push(ended);
      else this.#untold.sessions++;
    } else if (this.#changed.size < SESSIONS_A_ROUND || this.#changed.has(id)) {
      // One that was opened in this round is new to whoever watches, whatever became of it since.
      if (this.#changed.get(id) !== 'opened') this.#changed.set(id, change);
    } else this.#untold.sessions++;
  }

  serverChanged(name: string): void {
    if (this.#isWanted('servers')) this.#servers.add(name);
  }

  logged(line: LogLine): void {
    if (!this.#isWanted('log')) return;
    if (this.#lines.length < LINES_A_ROUND) this.#lines.push(line);
    else this.#untold.lines++;
  }

  // ---------------------------------------------------------------------------------------------- rounds

  #round(): void {
    this.#timer = undefined;
    this.#tellSessions();
    this.#tellServers();
    if (this.#lines.length > 0) this.#tellAll('log', { event: 'log', data: this.#lines.splice(0) });
    this.#missed('log', this.#untold.lines);
    this.#missed('sessions', this.#untold.sessions);
    this.#untold = { sessions: 0, lines: 0 };
    for (const feed of [...this.#feeds]) {
      if (feed.topics.has('messages')) this.#tellMessages(feed);
      feed.look();
    }
    if (this.#feeds.size > 0) this.#timer = this.#ports.runtime.after(ROUND_MS, () => this.#round());
  }

  #tellSessions(): void {
    const open = this.#changed.size === 0 ? [] : this.#ports.sessions(this.#changed);
    for (const data of open) this.#tellAll('sessions', { event: 'session', data });
    for (const session of this.#ended)
      this.#tellAll('sessions', { event: 'session', data: { change: 'closed', session } });
    this.#changed.clear();
    this.#ended.length = 0;
  }

  #tellServers(): void {
    for (const name of this.#servers) {
      const data = this.#ports.server(name);
      this.#tellAll('servers', data ? { event: 'server', data } : { event: 'serverGone', data: { name } });
    }
    this.#servers.clear();
  }

  /** The newest: whoever looks at more than can be shown wants to know what happens now. */
  #tellMessages(feed: LiveFeed): void {
    const { recorder } = this.#ports;
    const { latest } = recorder;
    if (feed.latest === latest) return;
    const wanted = feed.session === undefined ? {} : { session: feed.session };
    const passed = recorder.count(wanted, feed.latest);
    const after = feed.latest;
    feed.latest = latest;
    if (passed === 0) return;
    if (!feed.hasRoom) return feed.missed('messages', passed);
    const all = recorder.read(wanted, { limit: Math.min(MESSAGES_A_ROUND, passed) });
    const { clean } = this.#ports;
    const data = all.filter(({ seq }) => seq > after).map((one) => cleanMessage(one, clean, SHOWN));
    feed.missed('messages', passed - data.length);
    feed.tell('messages', { event: 'messages', data }, undefined, this.#id(latest));
  }

  #tellAll(topic: Topic, event: LiveEvent): void {
    const json = JSON.stringify(event.data);
    for (const feed of this.#feeds) feed.tell(topic, event, json);
  }

  #missed(topic: Topic, count: number): void {
    if (count > 0) for (const feed of this.#feeds) if (feed.topics.has(topic)) feed.missed(topic, count);
  }

  #isWanted(topic: Topic): boolean {
    return (this.#wanted.get(topic) ?? 0) > 0;
  }

  // ------------------------------------------------------------------------------------- who comes back

  /** Of this run: what another counted says nothing here. */
  #id(seq: number): string {
    return `${this.#ports.hello().startedAt.toString(36)}-${seq}`;
  }

  #seenBy(lastId: string | undefined): number {
    const { latest } = this.#ports.recorder;
    const match = /^([a-z0-9]{1,16})-(\d{1,15})$/.exec(lastId ?? '');
    if (!match || match[1] !== this.#ports.hello().startedAt.toString(36)) return latest;
    return Math.min(latest, Number(match[2]));
  }

  #left(feed: LiveFeed): void {
    this.#feeds.delete(feed);
    for (const topic of feed.topics) this.#wanted.set(topic, (this.#wanted.get(topic) ?? 1) - 1);
    if (!this.#isWanted('messages')) {
      this.#unwatch?.();
      this.#unwatch = undefined;
    }
    if (this.#feeds.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#changed.clear();
    this.#servers.clear();
    this.#ended.length = this.#lines.length = 0;
  }
}
