/**
 * What operators see while it happens: the last messages, the last quarter of an hour in numbers, sessions and servers as
 * they are, and everything of it as events.
 *
 * While the admin API is off nothing is remembered, and the engine has no tap.
 */
import type { Gateway } from '../../engine/gateway.ts';
import { together } from '../../engine/observer.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import type { Runtime } from '../../engine/ports.ts';
import { wallTime } from '../../engine/wall.ts';
import type { LiveEvent, LogLine } from './contract/live.ts';
import { LiveFeeds } from './live-feeds.ts';
import { Recorder } from './recorder.ts';
import { type Machine, Series } from './series.ts';
import { ServerViews, type ServerViewPorts } from './server-views.ts';
import { ServerWatch } from './server-watch.ts';
import { SessionViews } from './session-views.ts';

export interface LivePorts {
  readonly runtime: Runtime;
  readonly machine: Machine;
}

export interface LiveHome extends Omit<ServerViewPorts, 'series'> {
  readonly hello: () => Extract<LiveEvent, { event: 'hello' }>['data'];
  /** A text without secrets. */
  readonly clean: (text: string) => string;
}

export class Live {
  readonly recorder: Recorder;
  readonly series: Series;
  readonly sessions: SessionViews;
  readonly #ports: LivePorts;
  #home: { readonly gateway: Gateway; readonly servers: ServerViews; readonly feeds: LiveFeeds } | undefined;
  #clean: (text: string) => string = (text) => text;
  #isOn = false;

  constructor(ports: LivePorts) {
    const { runtime, machine } = ports;
    this.#ports = ports;
    // With its fraction: durations are told from it.
    this.recorder = new Recorder(() => runtime.now());
    this.series = new Series({ machine, received: () => this.recorder.received });
    this.sessions = new SessionViews(
      () => wallTime(runtime),
      (text) => this.#clean(text),
    );
  }

  /** Told what happens, by the gateway it belongs to. */
  get observer(): Observer {
    const changed = ({ server }: { readonly server: string }) => this.#home?.feeds.serverChanged(server);
    const links: Observer = { linkOpened: changed, linkClosed: changed };
    return together(
      together(this.series.observer, links),
      whileOn(this.sessions.observer, () => this.#isOn),
    );
  }

  get servers(): ServerViews {
    return this.#at.servers;
  }

  get feeds(): LiveFeeds {
    return this.#at.feeds;
  }

  /** A text without secrets. */
  clean(text: string): string {
    return this.#clean(text);
  }

  /** Once the gateway is there. */
  attach({ hello, clean, ...home }: LiveHome): void {
    const { gateway } = home;
    const { series, sessions, recorder } = this;
    this.#clean = clean;
    const servers = new ServerViews({ ...home, series });
    const watch = new ServerWatch(servers);
    const feeds = new LiveFeeds({
      runtime: this.#ports.runtime,
      recorder,
      hello,
      clean,
      sessions: (ids) => sessions.shown(gateway, ids),
      server: (name) => servers.one(name),
      changedServers: () => watch.changed(),
    });
    this.#home = { gateway, servers, feeds };
    series.onSample = (sample) => feeds.sampled(sample);
    sessions.onChange = (change, id, ended) => feeds.sessionChanged(change, id, ended);
    gateway.onClose(() => this.change(false));
  }

  /** Begins to remember, or ends it with all who watch. */
  change(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    const { gateway, feeds } = this.#at;
    gateway.context.tap = isOn ? this.recorder : undefined;
    if (isOn) {
      this.sessions.begin(gateway);
      return this.series.start(gateway);
    }
    this.series.stop();
    this.sessions.clear();
    feeds.close();
  }

  /** A line was written to the log. */
  logged(line: LogLine): void {
    this.#home?.feeds.logged(line);
  }

  get #at() {
    if (!this.#home) throw new Error('There is no gateway yet.');
    return this.#home;
  }
}

function whileOn(observer: Observer, isOn: () => boolean): Observer {
  return Object.fromEntries(
    Object.entries(observer).map(([name, tell]) => [
      name,
      (event: never) => (isOn() ? (tell as (event: never) => unknown)(event) : undefined),
    ]),
  );
}
