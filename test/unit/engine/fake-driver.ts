/** A played server: what it was sent is kept, and the test speaks for it. */
import {
  UpstreamError,
  type LinkContext,
  type LinkEvents,
  type UpstreamDriver,
  type UpstreamFault,
  type UpstreamLink,
} from '../../../src/engine/ports.ts';
import type { SendFacts } from '../../../src/engine/ports-era.ts';
import { readMessage } from '../../../src/protocol/message.ts';
import type { Wire } from './wire.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What the played server says to `initialize`. */
export const HANDSHAKE = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {}, logging: {}, resources: { subscribe: true } },
  serverInfo: { name: 'played', version: '1' },
};

export class FakeLink implements UpstreamLink {
  readonly events: LinkEvents;
  readonly context: LinkContext;
  readonly raw: string[] = [];
  /** What it was told of each message beside its bytes. */
  readonly abouts: (SendFacts | undefined)[] = [];
  readonly abandoned: number[] = [];
  queued = 0;
  isSessionless = false;
  isPaused = false;
  closes = 0;
  readonly charges: UpstreamFault[] = [];
  hasEnded = false;
  readonly #driver: FakeDriver;

  constructor(driver: FakeDriver, events: LinkEvents, context: LinkContext) {
    this.#driver = driver;
    this.events = events;
    this.context = context;
  }

  abandon(number: number): void {
    this.abandoned.push(number);
  }

  send(bytes: Uint8Array, _number?: number, about?: SendFacts): void {
    if (this.hasEnded) return;
    this.abouts.push(about);
    const text = decoder.decode(bytes);
    this.raw.push(text);
    const wire = JSON.parse(text) as Wire;
    const scripted = wire.id === undefined ? undefined : this.#driver.script?.(wire, this);
    if (wire.method === 'initialize' && this.#driver.answersHello) {
      this.says({ jsonrpc: '2.0', id: wire.id, result: this.#driver.handshake });
    } else if (scripted) {
      this.says({ jsonrpc: '2.0', id: wire.id, ...scripted });
    } else if (wire.id !== undefined && wire.method && this.#driver.answersCalls) {
      this.says({ jsonrpc: '2.0', id: wire.id, result: { echo: wire.params } });
    }
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  async close(): Promise<void> {
    this.closes++;
    this.end({ code: 'closed', message: 'The link was closed.' });
  }

  async giveUp(fault: UpstreamFault): Promise<void> {
    this.charges.push(fault);
    this.end(fault);
  }

  // ------------------------------------------------------------------------------ the test as the server

  get sent(): Wire[] {
    return this.raw.map((text) => JSON.parse(text) as Wire);
  }

  /** Everything it was sent but the handshake. */
  get calls(): Wire[] {
    return this.sent.filter(
      ({ method }) => method !== 'initialize' && method !== 'notifications/initialized',
    );
  }

  get methods(): (string | undefined)[] {
    return this.sent.map(({ method }) => method);
  }

  get last(): Wire {
    const last = this.raw.at(-1);
    if (last === undefined) throw new Error('Nothing was sent.');
    return JSON.parse(last) as Wire;
  }

  says(value: unknown, related?: number): void {
    const bytes = encoder.encode(typeof value === 'string' ? value : JSON.stringify(value));
    if (!this.hasEnded) this.events.message(readMessage(bytes, undefined, 'envelope'), related);
  }

  answers(id: Wire['id'], result: unknown = {}): void {
    this.says({ jsonrpc: '2.0', id, result });
  }

  notifies(method: string, params: unknown = {}, related?: number): void {
    this.says({ jsonrpc: '2.0', method, params }, related);
  }

  asks(id: number | string, method: string, params: unknown = {}, related?: number): void {
    this.says({ jsonrpc: '2.0', id, method, params }, related);
  }

  end(fault: UpstreamFault = { code: 'exited', message: 'The server "srv" exited with code 1.' }): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.events.closed(fault);
  }
}

export class FakeDriver implements UpstreamDriver {
  readonly kind = 'played';
  mayRepeat = false;
  canBeModern = false;
  takesHeaders = false;
  maxLinks?: number;
  readonly links: FakeLink[] = [];
  readonly signals: AbortSignal[] = [];
  opens = 0;
  closes = 0;
  handshake: unknown = HANDSHAKE;
  answersHello = true;
  answersCalls = false;
  /** What it answers a request with: a `result` or an `error`; undefined where it says nothing. */
  script: ((wire: Wire, link: FakeLink) => Pick<Wire, 'result' | 'error'> | undefined) | undefined;
  state: ReturnType<UpstreamDriver['health']>['state'] = 'up';
  /** While true, `open` waits for `release`. */
  isHeld = false;
  fault: UpstreamFault | undefined;
  readonly #held: (() => void)[] = [];

  async open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    this.opens++;
    this.signals.push(context.signal);
    if (this.isHeld) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (this.fault) throw new UpstreamError(this.fault);
    const link = new FakeLink(this, events, context);
    this.links.push(link);
    return link;
  }

  /** Lets everybody in who waits. */
  release(): void {
    this.isHeld = false;
    for (const resolve of this.#held.splice(0)) resolve();
  }

  get link(): FakeLink {
    const link = this.links.at(-1);
    if (!link) throw new Error('No link was opened.');
    return link;
  }

  /** Links that were not ended. */
  get alive(): number {
    return this.links.filter((link) => !link.hasEnded).length;
  }

  health(): ReturnType<UpstreamDriver['health']> {
    return { state: this.state, links: this.links.length, restarts: 0 };
  }

  async close(): Promise<void> {
    this.closes++;
    for (const link of this.links) await link.close();
  }
}
