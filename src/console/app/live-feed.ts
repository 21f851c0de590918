/**
 * The one connection to `/admin/api/events`, for all who follow something. It is opened anew when they want something
 * else, and after it broke, later each time.
 *
 * Read by `fetch`, not by an `EventSource`: that one cannot tell a page that it must sign in from a gateway that is away.
 */
import { EventReader, type WireEvent } from '../../browser/event-reader.ts';
import type { LiveEvent, Topic } from '../../edges/admin/contract/live.ts';
import { wasRefused } from './auth.ts';
import { send } from './http.ts';
import { type Problem, problemOf } from './problem.ts';
import type { Store } from './store.ts';

type Hello = Extract<LiveEvent, { event: 'hello' }>['data'];

export type FeedState =
  /** Nobody follows anything, or nobody is signed in. */
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open'; readonly hello: Hello; readonly isOtherRun: boolean; readonly wasLost: boolean }
  | {
      readonly phase: 'lost';
      readonly since: number;
      readonly retryAt: number;
      /** Why the last try was refused; undefined where nobody answered. */
      readonly problem?: Problem | undefined;
    };

export interface Wish {
  readonly topics: readonly Topic[];
  readonly session?: string | undefined;
}

type Take = (event: LiveEvent) => void;

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;
/** A sample comes every second: a feed that says nothing for so long is none. */
const SILENCE_MS = 20_000;
const MAX_EVENT_CHARACTERS = 32 * 1024 * 1024;
/** Those who come and go in one turn of the page make one change. */
const SETTLE_MS = 30;
/** What was given up is not counted by the gateway any more. */
const GIVEN_BACK_MS = 200;

export class Feed {
  readonly #state: Store<FeedState>;
  readonly #followers = new Map<object, { wish: Wish; take: Take }>();
  #isAllowed = false;
  #controller: AbortController | undefined;
  /** The connection before, which goes on until the new one speaks: nothing passes unseen in between. */
  #former: AbortController | undefined;
  /** What the open connection was asked for. */
  #asked = '';
  #tries = 0;
  #lostSince: number | undefined;
  #run: number | undefined;
  /** Whose events; undefined: those of the node that serves the page. */
  #node: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(state: Store<FeedState>) {
    this.#state = state;
    addEventListener('online', () => this.tryNow());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.tryNow();
    });
  }

  /** Whether somebody is signed in: nothing is tried otherwise. */
  allow(isAllowed: boolean): void {
    if (isAllowed === this.#isAllowed) return;
    this.#isAllowed = isAllowed;
    this.#tries = 0;
    this.#settle();
  }

  /** Of another node nothing is known yet: neither that it was lost, nor which run it was. */
  lookAt(node: string | undefined): void {
    if (node === this.#node) return;
    this.#node = node;
    this.#run = undefined;
    this.#lostSince = undefined;
    this.#tries = 0;
    this.#close();
    this.#settle();
  }

  follow(wish: Wish, take: Take): () => void {
    const key = {};
    this.#followers.set(key, { wish, take });
    this.#settle();
    return () => {
      this.#followers.delete(key);
      this.#settle();
    };
  }

  tryNow(): void {
    if (this.#state.get().phase === 'lost') this.#open();
  }

  #settle(): void {
    // The wait for the next try stays: what is wanted then is what is asked for.
    if (this.#state.get().phase === 'lost' && this.#isAllowed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#isAllowed || this.#followers.size === 0) return this.#close();
      if (this.#controller && this.#query() === this.#asked) return;
      this.#open();
    }, SETTLE_MS);
  }

  #close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#controller?.abort();
    this.#controller = undefined;
    this.#leaveFormer();
    this.#state.set({ phase: 'idle' });
  }

  #leaveFormer(): void {
    this.#former?.abort();
    this.#former = undefined;
  }

  #query(): string {
    const wishes = [...this.#followers.values()].map(({ wish }) => wish);
    // The samples are what shows that the feed is alive.
    const topics = new Set<Topic>(['stats', ...wishes.flatMap((wish) => wish.topics)]);
    const search = new URLSearchParams({ topics: [...topics].sort().join() });
    const sessions = new Set(
      wishes.flatMap(({ topics, session }) => (topics.includes('messages') ? [session] : [])),
    );
    const [only] = sessions;
    // Of several sessions at once all are asked for: each follower takes its own.
    if (sessions.size === 1 && only !== undefined) search.set('session', only);
    if (this.#node !== undefined) search.set('node', this.#node);
    return search.toString();
  }

  #open(): void {
    clearTimeout(this.#timer);
    const isOpen = this.#state.get().phase === 'open';
    if (isOpen && !this.#former) this.#former = this.#controller;
    else this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.#asked = this.#query();
    if (!isOpen && this.#lostSince === undefined) this.#state.set({ phase: 'connecting' });
    void this.#read(controller).then(
      (problem) => this.#ended(controller, problem),
      () => this.#ended(controller),
    );
  }

  /** Both at once may have been one too many for the gateway. */
  #openSoon(): void {
    this.#state.set({ phase: 'connecting' });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), GIVEN_BACK_MS);
  }

  /** @returns why it was refused, where it was */
  async #read(controller: AbortController): Promise<Problem | undefined> {
    this.#watch(controller);
    const response = await send('GET', `events?${this.#asked}`, undefined, controller.signal);
    if (response.status === 401) wasRefused();
    if (!response.ok) return problemOf(response);
    if (!response.body) return undefined;
    const take = ({ event, data }: WireEvent) => this.#take(event, data, controller);
    const reader = new EventReader(take, MAX_EVENT_CHARACTERS);
    const decoder = new TextDecoder();
    for await (const chunk of chunksOf(response.body)) {
      if (controller.signal.aborted) return undefined;
      if (controller === this.#controller) this.#watch(controller);
      reader.push(decoder.decode(chunk, { stream: true }));
    }
    return undefined;
  }

  #watch(controller: AbortController): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => controller.abort(), SILENCE_MS);
  }

  #take(event: string, data: string, from: AbortController): void {
    const told = { event, data: JSON.parse(data) as unknown } as LiveEvent;
    // What was missed before is asked for once the new one says hello.
    if (from === this.#former && told.event === 'missed') return;
    if (told.event === 'hello') this.#greet(told.data);
    for (const { wish, take } of [...this.#followers.values()]) {
      if (isMeant(told, wish)) take(told);
    }
  }

  #greet(hello: Hello): void {
    this.#leaveFormer();
    const isOtherRun = this.#run !== undefined && this.#run !== hello.startedAt;
    const wasLost = this.#lostSince !== undefined;
    this.#run = hello.startedAt;
    this.#tries = 0;
    this.#lostSince = undefined;
    this.#state.set({ phase: 'open', hello, isOtherRun, wasLost });
  }

  #ended(controller: AbortController, problem?: Problem): void {
    // One that was given up for another says nothing any more.
    if (controller !== this.#controller) return;
    clearTimeout(this.#silence);
    this.#controller = undefined;
    const hadFormer = this.#former !== undefined;
    this.#leaveFormer();
    if (!this.#isAllowed) return;
    if (hadFormer) return this.#openSoon();
    const wait = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries) * (0.7 + Math.random() * 0.3);
    this.#tries += 1;
    this.#lostSince ??= Date.now();
    this.#state.set({ phase: 'lost', since: this.#lostSince, retryAt: Date.now() + wait, problem });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), wait);
  }
}

/** The topic of what each event is about; those without one are for all. */
const TOPIC_OF: Readonly<Record<string, Topic>> = {
  sample: 'stats',
  session: 'sessions',
  server: 'servers',
  serverGone: 'servers',
  log: 'log',
  messages: 'messages',
};

function isMeant(told: LiveEvent, { topics }: Wish): boolean {
  if (told.event === 'missed') return topics.includes(told.data.topic);
  const topic = TOPIC_OF[told.event];
  return topic === undefined || topics.includes(topic);
}

/** Not every browser lets a stream be walked with `for await`. */
async function* chunksOf<Chunk>(stream: ReadableStream<Chunk>): AsyncGenerator<Chunk> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
