/** What the tests of the engine share: a played machine, a played server, and readers that take notes. */
import { alone } from '../../../src/backplanes/alone.ts';
import { isUtf8 } from 'node:buffer';
import { MemoryEventLog } from '../../../src/backplanes/memory.ts';
import { httpSse } from '../../../src/dialects/table.ts';
import { streamable } from '../../../src/dialects/streamable.ts';
import { Gateway, isRefusal } from '../../../src/engine/gateway.ts';
import type { OpenOptions } from '../../../src/engine/session-options.ts';
import type { Dialect, Runtime, Timer } from '../../../src/engine/ports.ts';
import type { EventLog } from '../../../src/engine/ports-backplane.ts';
import type { Tracer } from '../../../src/engine/ports-tracer.ts';
import type { Observer } from '../../../src/engine/ports-observer.ts';
import type { Server } from '../../../src/engine/server.ts';
import type { ServerOptions } from '../../../src/engine/server-options.ts';
import type { Session } from '../../../src/engine/session.ts';
import type { Settings } from '../../../src/engine/settings.ts';
import { readMessage, type Message } from '../../../src/protocol/message.ts';
import { FakeConnection } from './fake-connection.ts';
import { FakeDriver } from './fake-driver.ts';
import { bytesOf } from './wire.ts';

export { FakeConnection, FakeResponder, framesOf, type Frame } from './fake-connection.ts';
export { FakeDriver, type FakeLink } from './fake-driver.ts';
export { bytesOf, textOf, type Wire } from './wire.ts';

/** A message of a client, as the engine gets it. */
export function message(value: unknown): Message {
  return readMessage(bytesOf(value));
}

export function call(id: number | string, method = 'tools/call', params: unknown = { name: 't' }): Message {
  return message({ jsonrpc: '2.0', id, method, params });
}

export function notify(method: string, params?: unknown): Message {
  return message({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
}

export function hello(id: number | string = 0, version = '2025-06-18'): Message {
  return call(id, 'initialize', {
    protocolVersion: version,
    capabilities: { roots: {} },
    clientInfo: { name: 'c', version: '1' },
  });
}

/** Lets every promise that can settle do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A machine whose clock stands still until it is moved; timers that fall due then run in their order. */
export class FakeRuntime implements Runtime {
  #now = 1_700_000_000_000;
  #ids = 0;
  #timers: { at: number; fn: () => void }[] = [];

  /** By how much the machine is set ahead of that. */
  ahead = 0;

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.ahead;
  }

  after(ms: number, fn: () => void): Timer {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  randomId(): string {
    return `id${String(++this.#ids).padStart(8, '0')}`;
  }

  isUtf8(bytes: Uint8Array): boolean {
    return isUtf8(bytes);
  }

  /** Timers that are pending. */
  get timers(): number {
    return this.#timers.length;
  }

  /** When the next timer fires, in ms from now. */
  get nextIn(): number {
    return Math.min(...this.#timers.map(({ at }) => at)) - this.#now;
  }

  /** As after a time in which the whole process stood still: what is due is called once. */
  stands(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { fn } of due) fn();
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
    }
    this.#now = end;
  }
}

/** Keeps every event told, by its name. */
export class Notes {
  readonly all: { name: string; event: Record<string, unknown> }[] = [];
  /** What the observer makes of arguments; by default it does not ask for them. */
  keepArguments: Observer['keepArguments'];

  readonly observer: Observer = new Proxy(
    {},
    {
      get: (_target, name) =>
        name === 'keepArguments'
          ? (bytes: Uint8Array) => this.keepArguments?.(bytes)
          : (event: Record<string, unknown>) => void this.all.push({ name: String(name), event }),
    },
  );

  named(name: string): Record<string, unknown>[] {
    return this.all.filter((note) => note.name === name).map((note) => note.event);
  }

  get refusals(): unknown[] {
    return this.named('refused').map(({ code }) => code);
  }
}

export interface WorldOptions {
  readonly settings?: Partial<Settings>;
  readonly server?: Partial<ServerOptions>;
  readonly log?: EventLog;
  readonly tracer?: Tracer;
}

export interface World {
  readonly runtime: FakeRuntime;
  readonly notes: Notes;
  readonly driver: FakeDriver;
  readonly gateway: Gateway;
  readonly server: Server;
  readonly log: EventLog;
}

/** A gateway with one played server. */
export function world(options: WorldOptions = {}): World {
  const runtime = new FakeRuntime();
  const notes = new Notes();
  const driver = new FakeDriver();
  const log = options.log ?? new MemoryEventLog();
  const gateway = new Gateway({
    runtime,
    backplane: alone(log),
    observer: notes.observer,
    tracer: options.tracer,
    ...(options.settings ? { settings: options.settings } : {}),
  });
  const server = gateway.addServer({ name: 'srv', driver, ...options.server });
  return { runtime, notes, driver, gateway, server, log };
}

export function openSession(at: World, options: Partial<OpenOptions> = {}): Session {
  const session = at.gateway.open({
    mount: at.server,
    principal: 'anybody',
    dialect: streamable,
    version: '2025-06-18',
    ...options,
  });
  if (isRefusal(session)) throw new Error(session.message);
  return session;
}

export interface Followed {
  readonly session: Session;
  readonly connection: FakeConnection;
}

/** A session of HTTP with SSE, its stream followed. */
export function sseSession(at: World, options: Partial<OpenOptions> = {}): Followed {
  const session = openSession(at, { dialect: httpSse, version: '2024-11-05', ...options });
  const connection = new FakeConnection();
  session.standing.follow(connection);
  return { session, connection };
}

/** The same, initialised by its client. */
export async function readySession(at: World, options: Partial<OpenOptions> = {}): Promise<Followed> {
  const followed = sseSession(at, options);
  followed.session.receive(hello('hello'));
  await turn();
  followed.session.receive(notify('notifications/initialized'));
  return followed;
}

/** A dialect as `httpSse`, but with ids. */
export const numbered: Dialect = { ...streamable, name: 'numbered' };
