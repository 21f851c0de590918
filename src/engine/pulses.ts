/**
 * Whether servers that say nothing still live: each is asked in its conversation, with a `ping`.
 *
 * Guarantees: any word of a server is a sign of life, also that it knows no `ping`; one is given up only after several
 * questions in a row, with time for each, that were followed by no word at all; while we do not read what it says, it is
 * not judged. However many conversations there are, two timers serve all that one server has.
 *
 * Source: MCP 2025-11-25, ping.
 */
import { Deadlines, Timed } from './deadlines.ts';
import { OWN_META } from './handshake.ts';
import type { SendFacts } from './ports-era.ts';
import type { Runtime, UpstreamDriver } from './ports.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** So many questions in a row: a gateway that was stopped for a while must not take that for the server's silence. */
const MOST_UNANSWERED = 3;
/** What the link is told of a question, by which one that translates knows it from a client's `ping`. */
export const IS_ALIVE: SendFacts = { method: 'ping', target: undefined };
/** All that there is in modern words to be asked by anybody. */
const DISCOVER = { method: 'server/discover', target: undefined };

/** How one conversation is. */
export class Vitals extends Timed {
  readonly upstream: UpstreamSession;
  /** The server has said something since it was looked at last. */
  isHeard = false;
  /** What it says is left unread. */
  isPaused = false;
  /** Questions since it last said something. */
  unanswered = 0;

  constructor(upstream: UpstreamSession) {
    super();
    this.upstream = upstream;
  }
}

export interface PulsesOptions {
  readonly runtime: Runtime;
  /** The server's name, for people. */
  readonly name: string;
  /** How long a server may be silent before it is asked, in ms; 0: until it is suspected. */
  readonly intervalMs: number;
  /** How long it may be silent then, in ms. */
  readonly timeoutMs: number;
  /** Whether the server may outlive its link: then what was in flight may be sent again. */
  readonly driver: Pick<UpstreamDriver, 'mayRepeat'>;
}

export class Pulses {
  readonly #options: PulsesOptions;
  /** Conversations that are left alone, by when they are looked at. */
  readonly #left: Deadlines<Vitals>;
  /** Those that were asked. */
  readonly #asked: Deadlines<Vitals>;

  constructor(options: PulsesOptions) {
    const { runtime, intervalMs, timeoutMs } = options;
    this.#options = options;
    this.#left = new Deadlines(runtime, intervalMs, (vitals) => this.#look(vitals));
    this.#asked = new Deadlines(runtime, timeoutMs, (vitals) => this.#waited(vitals));
  }

  /** A conversation is open. */
  begin({ vitals, isModern }: UpstreamSession): void {
    // Modern requests over the network have nothing in common that could be given up.
    if (!isModern || !this.#options.driver.mayRepeat) this.#left.add(vitals);
  }

  /** A call timed out. Whether a server over the network lives is told by its other answers. */
  suspect({ vitals }: UpstreamSession): void {
    if (this.#options.driver.mayRepeat) return;
    // It is being asked; but what it said since may have been said before it fell silent.
    if (vitals.list === this.#asked && !wasHeard(vitals)) return;
    this.#ask(vitals);
  }

  /** A conversation is over. */
  end({ vitals }: UpstreamSession): void {
    this.#left.remove(vitals);
    this.#asked.remove(vitals);
  }

  clear(): void {
    this.#left.clear();
    this.#asked.clear();
  }

  #look(vitals: Vitals): void {
    if (wasHeard(vitals)) this.#left.add(vitals);
    else this.#ask(vitals);
  }

  #ask(vitals: Vitals): void {
    const { upstream } = vitals;
    if (upstream.fault) return;
    vitals.isHeard = false;
    this.#asked.add(vitals);
    if (upstream.isModern) upstream.tell(DISCOVER.method, JSON.stringify({ _meta: OWN_META }), DISCOVER);
    else upstream.tell('ping', '{}', IS_ALIVE);
  }

  #waited(vitals: Vitals): void {
    if (wasHeard(vitals)) return this.#left.add(vitals);
    vitals.unanswered += 1;
    if (vitals.unanswered < MOST_UNANSWERED) return this.#ask(vitals);
    const { name, timeoutMs, driver } = this.#options;
    const seconds = Math.round((timeoutMs * MOST_UNANSWERED) / 100) / 10;
    const message = `The server "${name}" said nothing for ${seconds} s, though it was asked ${MOST_UNANSWERED} times whether it lives, and was given up.`;
    vitals.upstream.giveUp({
      code: 'unresponsive',
      message,
      ...(driver.mayRepeat ? { isRecoverable: true } : {}),
    });
  }
}

/** What we do not read may be its answer. */
function wasHeard(vitals: Vitals): boolean {
  if (!vitals.isHeard && !vitals.isPaused) return false;
  vitals.isHeard = false;
  vitals.unanswered = 0;
  return true;
}
