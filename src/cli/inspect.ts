/** `sluice inspect`: the sessions of a running gateway, the messages that pass in them, and with `--follow` those to come. */
import type { MessageList, SessionList } from '../edges/admin/contract/lists.ts';
import type { LiveEvent } from '../edges/admin/contract/live.ts';
import type { MessageView, SessionView } from '../edges/admin/contract/session.ts';
import { AdminClient } from './admin/client.ts';
import { follow } from './admin/feed.ts';
import { type AdminWords, adminPlace } from './admin/place.ts';
import { EXIT, usage } from './exit.ts';
import { type Printer, printer } from './inspect-lines.ts';
import { interruptible } from './interrupt.ts';
import type { Io } from './io.ts';

export interface InspectFlags extends AdminWords {
  readonly follow: boolean;
  readonly session?: string | undefined;
  readonly server?: string | undefined;
  readonly method?: string | undefined;
  readonly errors: boolean;
  readonly payload: boolean;
  readonly json: boolean;
  readonly limit: string;
}

/** What is asked of the gateway at once; what does not fit of it is not shown. */
const MOST = 10_000;
/** Messages that came too fast to be sent are asked for, so many at once. */
const BURST = 2_000;
/** What was left out is told right after what was sent. */
const HOLD_MS = 50;
/** As many characters of an id as are ever shown. */
const SHOWN_ID = 8;

/** @returns 0, or 130 after Ctrl-C @throws CliError, also where there is no such session */
export async function inspect(io: Io, flags: InspectFlags): Promise<number> {
  const limit = limitOf(flags.limit);
  const fits = filterOf(flags);
  const client = new AdminClient(await adminPlace(io, flags), flags.node);
  const id = flags.session?.slice(0, SHOWN_ID);
  const print = printer(io, flags);
  const work = async (signal: AbortSignal) => {
    const past = (most: number) =>
      messagesOf(client, { id, server: flags.server, fits, limit: most, signal });
    print.sessions(await sessionsOf(client, { id, server: flags.server, signal }), id !== undefined);
    if (flags.follow) await followed(io, client, { flags, id, fits, past, limit, print, signal });
    else print.messages(await past(limit));
    return EXIT.ok;
  };
  try {
    return await interruptible(io, work);
  } finally {
    await client.close();
  }
}

interface Asking {
  readonly id: string | undefined;
  readonly server: string | undefined;
  readonly signal: AbortSignal;
}

async function sessionsOf(
  client: AdminClient,
  { id, server, signal }: Asking,
): Promise<readonly SessionView[]> {
  if (id !== undefined) return [await client.get<SessionView>(`sessions/${encodeURIComponent(id)}`, signal)];
  const query = new URLSearchParams({ state: 'open', limit: String(MOST) });
  if (server !== undefined) query.set('server', server);
  const { sessions } = await client.get<SessionList>(`sessions?${query}`, signal);
  return sessions.toSorted((a, b) => a.openedAt - b.openedAt);
}

interface AskingMessages extends Asking {
  readonly fits: (message: MessageView) => boolean;
  readonly limit: number;
}

async function messagesOf(client: AdminClient, asking: AskingMessages): Promise<readonly MessageView[]> {
  const { id, server, fits, limit, signal } = asking;
  const query = new URLSearchParams({ limit: String(MOST) });
  if (id !== undefined) query.set('session', id);
  if (server !== undefined) query.set('server', server);
  const { messages } = await client.get<MessageList>(`messages?${query}`, signal);
  return limit === 0 ? [] : messages.filter(fits).slice(-limit);
}

interface FollowingMessages {
  readonly flags: InspectFlags;
  readonly id: string | undefined;
  readonly fits: (message: MessageView) => boolean;
  /** The last ones, so many at most. */
  readonly past: (most: number) => Promise<readonly MessageView[]>;
  /** Of what passed before it began. */
  readonly limit: number;
  readonly print: Printer;
  readonly signal: AbortSignal;
}

/** What was, and what comes: nothing twice, and nothing left out that the gateway remembers where the stream was cut. */
async function followed(io: Io, client: AdminClient, following: FollowingMessages): Promise<void> {
  const { flags, id, fits, past, limit, print, signal } = following;
  const state = { last: -1, startedAt: 0, isLost: false };
  const show = (messages: readonly MessageView[]) => {
    print.messages(messages.filter((message) => message.seq > state.last && fits(message)));
    state.last = Math.max(state.last, messages.at(-1)?.seq ?? -1);
  };
  const held = new Held(show);
  const onEvent = async (event: LiveEvent) => {
    switch (event.event) {
      case 'hello': {
        held.release();
        const isFirst = state.startedAt === 0;
        const isOther = !isFirst && event.data.startedAt !== state.startedAt;
        if (state.isLost) io.err(isOther ? 'The gateway was started anew.\n' : 'Connected again.\n');
        if (isOther) state.last = -1;
        Object.assign(state, { startedAt: event.data.startedAt, isLost: false });
        show(await past(isFirst ? limit : MOST));
        return;
      }
      case 'messages':
        return held.hold(event.data);
      case 'session':
        if (isMeant(event.data.session, flags, id)) print.change(event.data);
        return;
      case 'missed': {
        const { topic, count } = event.data;
        const batch = held.take();
        const [first] = batch;
        const isBurst = topic === 'messages' && first !== undefined && count <= BURST;
        if (isBurst) show(await missedBefore(client, { before: first.seq, count, id, signal }));
        else io.err(`${count} ${topic} are not shown: they came faster than they are sent.\n`);
        return show(batch);
      }
      default:
    }
  };
  try {
    await follow(client, {
      topics: ['messages', 'sessions'],
      session: id,
      signal,
      onEvent,
      onLost(error) {
        if (!state.isLost) io.err(`${error.message} Trying again.\n`);
        state.isLost = true;
      },
    });
  } finally {
    held.release();
  }
}

/** The last batch, until it is known whether something before it was left out. */
class Held {
  #batch: readonly MessageView[] = [];
  readonly #show: (messages: readonly MessageView[]) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(show: (messages: readonly MessageView[]) => void) {
    this.#show = show;
  }

  hold(batch: readonly MessageView[]): void {
    this.release();
    this.#batch = batch;
    this.#timer = setTimeout(() => this.release(), HOLD_MS);
  }

  /** What is held; it is not shown by itself any more. */
  take(): readonly MessageView[] {
    clearTimeout(this.#timer);
    const batch = this.#batch;
    this.#batch = [];
    return batch;
  }

  release(): void {
    const batch = this.take();
    if (batch.length > 0) this.#show(batch);
  }
}

interface Missed {
  readonly before: number;
  readonly count: number;
  readonly id: string | undefined;
  readonly signal: AbortSignal;
}

async function missedBefore(
  client: AdminClient,
  { before, count, id, signal }: Missed,
): Promise<readonly MessageView[]> {
  const query = new URLSearchParams({ before: String(before), limit: String(count) });
  if (id !== undefined) query.set('session', id);
  return (await client.get<MessageList>(`messages?${query}`, signal)).messages;
}

function isMeant(session: SessionView, { server }: InspectFlags, id: string | undefined): boolean {
  return (id === undefined || session.id === id) && (server === undefined || session.server === server);
}

// -------------------------------------------------------------------------------------------- the options

function filterOf({ server, method, errors, session }: InspectFlags): (message: MessageView) => boolean {
  if (session === '') throw usage('--session takes the beginning of an id, as sluice top shows it.');
  const named = method === undefined ? undefined : pattern(method);
  return (message) =>
    (server === undefined || message.server === server) &&
    (named === undefined || named(message.method ?? '')) &&
    (!errors || message.kind === 'error');
}

/** A `*` at the end stands for whatever follows. */
function pattern(word: string): (method: string) => boolean {
  if (!word.endsWith('*')) return (method) => method === word;
  const beginning = word.slice(0, -1);
  return (method) => method.startsWith(beginning);
}

function limitOf(text: string): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (limit >= 0 && limit <= MOST) return limit;
  throw usage(`--limit takes a number from 0 to ${MOST}.`);
}
