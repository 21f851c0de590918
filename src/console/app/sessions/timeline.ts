/**
 * The messages of one session (or of the modern requests of a gateway), as the page keeps them: in order, each once, the
 * last ten thousand; where some were not seen, that is an entry of its own.
 */
import type { MessageView } from '../../../edges/admin/contract/session.ts';

/** So many were not seen here. */
export interface Gap {
  readonly kind: 'gap';
  /** Between those of its neighbours. */
  readonly seq: number;
  readonly count: number;
}

export type Entry = MessageView | Gap;

export interface Picture {
  readonly entries: readonly Entry[];
  /** Of the first entry that is still kept; what was before it was dropped. */
  readonly dropped: number;
  /** Another number where something was put in between, and not only at the end. */
  readonly turn: number;
  /** Messages that came while nothing may move. */
  readonly waiting: number;
  readonly isPaused: boolean;
}

/** Entries kept; older ones go. */
const MOST_KEPT = 10_000;
/** They are let go of in slices, so that a full timeline does not begin anew for each message. */
const SLICE = 500;
/** The page is drawn so often, however often something comes. */
const DRAW_MS = 100;

export class Timeline {
  #entries: Entry[] = [];
  #waiting: Entry[] = [];
  #missedWaiting = 0;
  #isPaused = false;
  #dropped = 0;
  #last = -1;
  /** The number of the first message of the last batch. */
  #first = -1;
  #turn = 0;
  #picture: Picture = { entries: [], dropped: 0, turn: 0, waiting: 0, isPaused: false };
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  /** What belongs to one request, by the number of that request. */
  readonly #calls = new Map<number, MessageView[]>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The same object as long as nothing has changed. */
  readonly get = (): Picture => this.#picture;

  /** In the order in which they passed; those that are known are passed over. */
  add(messages: readonly MessageView[]): void {
    const [first] = messages;
    if (first && first.seq > this.#last) this.#first = first.seq;
    for (const message of messages) {
      if (message.seq <= this.#last) continue;
      this.#last = message.seq;
      this.#take(message);
    }
    this.#soon();
  }

  /** So many did not come before the last batch. @returns before which number they passed */
  missed(count: number): number {
    const seq = this.#first < 0 ? this.#last + 0.5 : this.#first - 0.5;
    const list = this.#isPaused ? this.#waiting : this.#entries;
    const at = placeOf(list, seq);
    const known = list[at];
    const gap: Gap = {
      kind: 'gap',
      seq,
      count: count + (known?.seq === seq && known.kind === 'gap' ? known.count : 0),
    };
    list.splice(at, known?.seq === seq ? 1 : 0, gap);
    this.#turn += 1;
    this.#soon();
    return Math.ceil(seq);
  }

  /** Those that did not come, asked for afterwards: they take the place of what stood for them. */
  fill(messages: readonly MessageView[]): void {
    for (const message of messages) {
      const list =
        this.#isPaused && message.seq >= (this.#waiting[0]?.seq ?? Infinity) ? this.#waiting : this.#entries;
      const at = placeOf(list, message.seq);
      if (list[at]?.seq === message.seq) continue;
      list.splice(at, 0, message);
      if (list === this.#entries) this.#tie(message);
      this.#narrow(list, at + 1);
    }
    this.#turn += 1;
    this.#soon();
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) {
      if (this.#missedWaiting > 0)
        this.#keep({ kind: 'gap', seq: this.#waitingBegin(), count: this.#missedWaiting });
      for (const entry of this.#waiting.splice(0)) this.#keep(entry);
      this.#missedWaiting = 0;
    }
    this.#draw();
  }

  /** Forgets all, as where another run of the gateway counts anew. */
  clear(): void {
    this.#entries = [];
    this.#waiting = [];
    this.#calls.clear();
    this.#missedWaiting = 0;
    this.#dropped = 0;
    this.#last = -1;
    this.#first = -1;
    this.#turn += 1;
    this.#draw();
  }

  /** What belongs to the same request of a client or server, in order; itself included. */
  callOf(message: MessageView): readonly MessageView[] {
    return this.#calls.get(message.call ?? message.seq) ?? [message];
  }

  /** The request of an answer, or the answer of a request, on the same side of the gateway. */
  counterpart(message: MessageView): MessageView | undefined {
    const leg = BACK[message.leg];
    const wanted = isAnswer(message) ? ['request'] : ['response', 'error'];
    const others = this.callOf(message).filter((one) => one.leg === leg && wanted.includes(one.kind));
    return isAnswer(message)
      ? others.findLast(({ seq }) => seq < message.seq)
      : others.find(({ seq }) => seq > message.seq);
  }

  /** Ends what is under way. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #waitingBegin(): number {
    return (this.#waiting[0]?.seq ?? this.#last) - 0.5;
  }

  #take(entry: Entry): void {
    if (!this.#isPaused) return this.#keep(entry);
    this.#waiting.push(entry);
    if (this.#waiting.length <= MOST_KEPT) return;
    const first = this.#waiting.shift();
    this.#missedWaiting += first?.kind === 'gap' ? first.count : 1;
  }

  #keep(entry: Entry): void {
    this.#entries.push(entry);
    if (entry.kind !== 'gap') this.#tie(entry);
    if (this.#entries.length > MOST_KEPT + SLICE) this.#drop();
  }

  /** One fewer is missing where a gap is next. */
  #narrow(list: Entry[], from: number): void {
    const at = list.findIndex((entry, index) => index >= from && entry.kind === 'gap');
    const gap = list[at];
    if (gap?.kind !== 'gap') return;
    if (gap.count > 1) list[at] = { ...gap, count: gap.count - 1 };
    else list.splice(at, 1);
  }

  #tie(message: MessageView): void {
    const call = message.call ?? message.seq;
    const known = this.#calls.get(call);
    if (known) known.splice(placeOf(known, message.seq), 0, message);
    else this.#calls.set(call, [message]);
  }

  #drop(): void {
    const gone = this.#entries.splice(0, this.#entries.length - MOST_KEPT);
    this.#dropped += gone.length;
    for (const entry of gone) if (entry.kind !== 'gap') this.#forget(entry);
  }

  #forget(message: MessageView): void {
    const call = message.call ?? message.seq;
    const left = (this.#calls.get(call) ?? []).filter((one) => one !== message);
    if (left.length === 0) this.#calls.delete(call);
    else this.#calls.set(call, left);
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#draw(), DRAW_MS);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#picture = {
      entries: [...this.#entries],
      dropped: this.#dropped,
      turn: this.#turn,
      waiting: this.#waiting.length,
      isPaused: this.#isPaused,
    };
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The other direction on the same side. */
const BACK = {
  'from-client': 'to-client',
  'to-client': 'from-client',
  'to-server': 'from-server',
  'from-server': 'to-server',
} as const;

/** Where a number stands, or would stand. */
function placeOf(list: readonly { readonly seq: number }[], seq: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function isAnswer({ kind }: MessageView): boolean {
  return kind === 'response' || kind === 'error';
}
