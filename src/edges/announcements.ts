/**
 * Wake-ups between nodes, by topic: what one says, all others hear, as long as the way between them holds.
 *
 * Guarantees: the same is said at once, and then no more than once within `everyMs`, and once more at the end of it; what a
 * node says itself it does not hear; what is waited for is bounded, and one timer each.
 */
import type { Bus, BusListener } from '../engine/ports-backplane.ts';
import type { Runtime, Timer } from '../engine/ports.ts';

export type Hears = (text: string, from: string) => void;

export interface AnnouncementPorts {
  readonly node: string;
  readonly bus: Bus;
  readonly runtime: Pick<Runtime, 'after'>;
  /** How often the same may be said, in ms; default 250. */
  readonly everyMs?: number;
}

/** Topics and texts are ours; more would be a mistake of ours. */
const MOST = 10_000;

interface Said {
  readonly timer: Timer;
  /** Whether it was to be said once more meanwhile. */
  isDue: boolean;
}

export class Announcements implements BusListener {
  /** The same bus for everybody else: whoever listens there hears all, too. */
  readonly bus: Bus;
  readonly #ports: AnnouncementPorts;
  readonly #heard = new Map<string, Hears>();
  readonly #said = new Map<string, Said>();
  #other: BusListener | undefined;

  constructor(ports: AnnouncementPorts) {
    const { bus } = ports;
    this.#ports = ports;
    this.bus = {
      listen: (listener) => void (this.#other = listener),
      send: (node, data) => bus.send(node, data),
      kept: (node) => bus.kept(node),
      announce: (topic, text) => bus.announce(topic, text),
    };
    bus.listen(this);
  }

  /** One listener for a topic. It must not throw. */
  on(topic: string, hears: Hears): void {
    this.#heard.set(topic, hears);
  }

  say(topic: string, text: string): void {
    const key = `${topic}\n${text}`;
    const said = this.#said.get(key);
    if (said) said.isDue = true;
    else if (this.#said.size < MOST) this.#say(topic, text, key);
  }

  close(): void {
    for (const { timer } of this.#said.values()) timer.cancel();
    this.#said.clear();
    this.#heard.clear();
  }

  #say(topic: string, text: string, key: string): void {
    const { bus, runtime, everyMs = 250 } = this.#ports;
    const timer = runtime.after(everyMs, () => {
      const isDue = this.#said.get(key)?.isDue === true;
      this.#said.delete(key);
      if (isDue) this.#say(topic, text, key);
    });
    this.#said.set(key, { timer, isDue: false });
    bus.announce(topic, text);
  }

  // ------------------------------------------------------------------------------ what the bus tells

  received(from: string, data: Uint8Array): void {
    this.#other?.received(from, data);
  }

  broken(node: string): void {
    this.#other?.broken(node);
  }

  announced(topic: string, text: string, from: string): void {
    if (from !== this.#ports.node) this.#heard.get(topic)?.(text, from);
    this.#other?.announced(topic, text, from);
  }
}
