/** `sluice top`: servers and sessions of a running gateway, drawn anew every second. */
import type { ServerList, SessionList, StatsList } from '../edges/admin/contract/lists.ts';
import type { Overview } from '../edges/admin/contract/overview.ts';
import type { Sample } from '../edges/admin/contract/stats.ts';
import { AdminClient, pause } from './admin/client.ts';
import { type AdminWords, adminPlace } from './admin/place.ts';
import { CliError, EXIT } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { type Io, painter } from './io.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { picture } from './top-picture.ts';
import { visibleJson } from './visible.ts';

export interface TopFlags extends AdminWords {
  readonly once: boolean;
  readonly json: boolean;
}

/** All that is shown at one moment. */
export interface Look {
  readonly at: number;
  readonly overview: Overview;
  /** Of the last second; undefined where none has passed yet. */
  readonly sample: Sample | undefined;
  readonly servers: ServerList['servers'];
  readonly sessions: SessionList['sessions'];
  readonly open: number;
}

const EVERY_MS = 1_000;
/** More rows than a screen has are of no use; a program that reads gets the same. */
const SESSIONS = 1_000;

/** @returns 0, or 130 after Ctrl-C @throws CliError where the first look fails, or the key is not taken */
export async function top(io: Io, flags: TopFlags, terminal: Terminal = processTerminal()): Promise<number> {
  const client = new AdminClient(await adminPlace(io, flags), flags.node);
  const { label } = client;
  const work = async (signal: AbortSignal) => {
    const first = await look(client, signal);
    const isScreen = io.outIsTerminal && !flags.json && !flags.once;
    if (isScreen) return screen(io, client, { first, signal, terminal });
    const columns = io.outIsTerminal ? terminal.columns : Number.POSITIVE_INFINITY;
    const frame = { label, columns, rows: Number.POSITIVE_INFINITY, paint: painter(io) };
    const print = (now: Look, before: Look | undefined) =>
      io.out(flags.json ? json(now) : `${picture(now, { ...frame, before }).join('\n')}\n`);
    print(first, undefined);
    return flags.once ? EXIT.ok : goOn(io, client, { first, signal, print });
  };
  try {
    return await interruptible(io, work);
  } finally {
    await client.close();
  }
}

/** A look every second, until Ctrl-C. */
async function goOn(io: Io, client: AdminClient, { first, print, signal }: Printing): Promise<number> {
  let before = first;
  while (!signal.aborted) {
    await pause(EVERY_MS, signal);
    const now = await retried(client, signal, (error) => io.err(`${error.message} Trying again.\n`));
    if (now === undefined) break;
    print(now, before);
    before = now;
  }
  return EXIT.ok;
}

interface Printing {
  readonly first: Look;
  readonly signal: AbortSignal;
  readonly print: (now: Look, before: Look | undefined) => void;
}

async function look(client: AdminClient, signal: AbortSignal): Promise<Look> {
  const [overview, stats, servers, sessions] = await Promise.all([
    client.get<Overview>('overview', signal),
    client.get<StatsList>('stats?seconds=1', signal),
    client.get<ServerList>('servers', signal),
    client.get<SessionList>(`sessions?state=open&limit=${SESSIONS}`, signal),
  ]);
  const sample = stats.samples.at(-1);
  return { at: Date.now(), overview, sample, servers: servers.servers, ...sessions };
}

/** The next look that succeeds; undefined once the signal is aborted. Tells the first failure of a row. */
async function retried(
  client: AdminClient,
  signal: AbortSignal,
  tell: (error: CliError) => void,
): Promise<Look | undefined> {
  let isTold = false;
  while (!signal.aborted) {
    try {
      return await look(client, signal);
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof CliError) || error.code === EXIT.auth) throw error;
      if (!isTold) tell(error);
      isTold = true;
    }
    await pause(EVERY_MS, signal);
  }
  return undefined;
}

interface Showing {
  readonly first: Look;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** The picture on a screen of its own, until `q` or Ctrl-C. */
async function screen(io: Io, client: AdminClient, { first, signal, terminal }: Showing): Promise<number> {
  const quit = new AbortController();
  const until = AbortSignal.any([signal, quit.signal]);
  const paint = painter(io);
  const state = {
    now: first,
    before: undefined as Look | undefined,
    trouble: undefined as string | undefined,
  };
  const draw = () => {
    const { columns, rows } = terminal;
    const { now, before, trouble } = state;
    terminal.draw(picture(now, { before, label: client.label, columns, rows, paint, trouble }));
  };
  const giveBack = terminal.take(
    (key) => /[qQ\u001b]/.test(key[0] ?? '') && key.length === 1 && quit.abort(),
    draw,
  );
  try {
    while (!until.aborted) {
      draw();
      await pause(EVERY_MS, until);
      const now = await retried(client, until, ({ message }) => {
        state.trouble = message;
        draw();
      });
      if (now === undefined) break;
      Object.assign(state, { before: state.now, now, trouble: undefined });
    }
    return EXIT.ok;
  } finally {
    giveBack();
  }
}

function json({ at, overview, sample, servers, sessions }: Look): string {
  return `${visibleJson(JSON.stringify({ time: new Date(at).toISOString(), overview, sample, servers, sessions }))}\n`;
}
