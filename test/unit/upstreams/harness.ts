/** What the tests of this room share: a real and a played clock, recorders, and a look at the process table. */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LinkContext, LinkEvents, Runtime, Timer, UpstreamFault } from '../../../src/engine/ports.ts';
import type { Observer } from '../../../src/engine/ports-observer.ts';
import { type Message, rewriteParts } from '../../../src/protocol/message.ts';

export const SERVER = fileURLToPath(new URL('fixtures/server.mjs', import.meta.url));
export const GATEWAY = fileURLToPath(new URL('fixtures/gateway.ts', import.meta.url));

export function realRuntime(): Runtime {
  return {
    now: () => Date.now(),
    after(ms, fn) {
      const timer = setTimeout(fn, ms);
      return { cancel: () => clearTimeout(timer) };
    },
    randomId: () => randomUUID(),
    isUtf8,
  };
}

/** A runtime whose clock stands still until it is moved; timers that fall due then run in order. */
export class PlayedRuntime implements Runtime {
  #now = 1_700_000_000_000;
  #timers: { at: number; fn: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): Timer {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  randomId(): string {
    return randomUUID();
  }

  isUtf8(bytes: Uint8Array): boolean {
    return isUtf8(bytes);
  }

  get timers(): number {
    return this.#timers.length;
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }
}

/** The real machine, with a clock that stands still but for the test. */
export function stillRuntime(): Runtime & { shift(ms: number): void } {
  let now = Date.now();
  return { ...realRuntime(), now: () => now, shift: (ms) => void (now += ms) };
}

export interface Said {
  readonly message: Message;
  readonly related: number | undefined;
  readonly value: Wire;
}

/** A parsed message, as far as tests look into it. */
export interface Wire {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { code: number; message: string; data?: unknown };
}

/** Events of a link, to be waited for. */
export class Recorder implements LinkEvents {
  readonly said: Said[] = [];
  readonly faults: UpstreamFault[] = [];
  readonly failures: { number: number; fault: UpstreamFault; isUnsent: boolean }[] = [];
  #changed: (() => void)[] = [];

  message(message: Message, related?: number): void {
    const value = JSON.parse(Buffer.concat(rewriteParts(message, {})).toString()) as Wire;
    this.said.push({ message, related, value });
    this.#tell();
  }

  failed(number: number, fault: UpstreamFault, isUnsent: boolean): void {
    this.failures.push({ number, fault, isUnsent });
    this.#tell();
  }

  closed(fault: UpstreamFault): void {
    this.faults.push(fault);
    this.#tell();
  }

  /** The answer to a request, once it is there. */
  async answer(id: number): Promise<Wire> {
    const said = await this.#until(() =>
      this.said.find(({ value }) => Number(value.id) === id && !value.method),
    );
    return said.value;
  }

  async notice(method: string): Promise<Said> {
    return this.#until(() => this.said.find(({ value }) => value.method === method));
  }

  async count(messages: number): Promise<void> {
    await this.#until(() => this.said.length >= messages || undefined);
  }

  async fault(): Promise<UpstreamFault> {
    return this.#until(() => this.faults[0]);
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }

  #tell(): void {
    const waiting = this.#changed;
    this.#changed = [];
    for (const resolve of waiting) resolve();
  }
}

export class Notes implements Observer {
  readonly refusals: { code: string; message: string; server?: string }[] = [];
  readonly lines: string[] = [];
  refused(e: { where: string; code: string; message: string; server?: string }): void {
    this.refusals.push(e);
  }
  serverLog(e: { server: string; line: string }): void {
    this.lines.push(e.line);
  }
}

export function context(
  principal = 'anyone',
  signal: AbortSignal = new AbortController().signal,
): LinkContext {
  return { principal, signal };
}

export function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

export function call(id: number, method: string, params: unknown = {}): Uint8Array {
  return bytes({ jsonrpc: '2.0', id, method, params });
}

/** Looks again and again, for at most so long, until something is so. */
export async function until(what: string, look: () => boolean, ms = 5_000): Promise<void> {
  const end = Date.now() + ms;
  while (!look()) {
    if (Date.now() > end) throw new Error(`In ${ms} ms it did not come true that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Living processes that have this variable in their environment. */
export function processesWith(name: string, value: string): number[] {
  const pids: number[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const variables = readFileSync(`/proc/${entry}/environ`, 'latin1').split('\0');
      if (variables.includes(`${name}=${value}`)) pids.push(Number(entry));
    } catch {
      // Gone while we looked.
    }
  }
  return pids;
}

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  return !['Z', 'X', undefined].includes(stat(pid)?.[0]);
}

/** From the state on: state, parent, group, session … */
export function stat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** The real machine, with timers that fire so many times sooner. */
export function hastyRuntime(factor = 20): Runtime {
  const real = realRuntime();
  return { ...real, after: (ms, fn) => real.after(ms / factor, fn) };
}
