/** A played modern server, and the engine's end of a legacy conversation with it. */
import { AsLegacyDriver, type KnownEras } from '../../../../src/engine/bridge/as-legacy-driver.ts';
import type { AsLegacyLimits } from '../../../../src/engine/bridge/as-legacy-limits.ts';
import type { LinkEvents, UpstreamFault, UpstreamLink } from '../../../../src/engine/ports.ts';
import { META_KEYS } from '../../../../src/protocol/era.ts';
import type { Message } from '../../../../src/protocol/message.ts';
import { bytesOf, FakeDriver, type FakeLink, FakeRuntime, textOf, turn, type Wire } from '../support.ts';

/** What the engine heard. */
export class Heard implements LinkEvents {
  readonly all: { wire: Wire; message: Message; related: number | undefined }[] = [];
  readonly failures: { number: number; fault: UpstreamFault; isUnsent: boolean }[] = [];
  readonly ends: UpstreamFault[] = [];

  message(message: Message, related?: number): void {
    const pieces = message.gap
      ? [
          message.bytes.subarray(0, message.gap.at),
          ...message.gap.pieces,
          message.bytes.subarray(message.gap.at),
        ]
      : message.bytes;
    this.all.push({ wire: JSON.parse(textOf(pieces)) as Wire, message, related });
  }

  failed(number: number, fault: UpstreamFault, isUnsent: boolean): void {
    this.failures.push({ number, fault, isUnsent });
  }

  closed(fault: UpstreamFault): void {
    this.ends.push(fault);
  }

  /** What was answered under a number of the engine's. */
  answer(id: number): Wire | undefined {
    return this.all.find(({ wire }) => wire.id === id && wire.method === undefined)?.wire;
  }

  /** What the server asked or told, in order. */
  get told(): Wire[] {
    return this.all.filter(({ wire }) => wire.method !== undefined).map(({ wire }) => wire);
  }
}

/** What is known of the played server's words. */
export class PlayedEras implements KnownEras {
  legacy: boolean | undefined;
  modern: boolean | Error = true;
  finds = 0;
  forgets = 0;
  doubts = 0;
  known: boolean | undefined;
  readonly learned: unknown[] = [];

  isLegacy(): boolean | undefined {
    return this.legacy;
  }

  isModern(): boolean | undefined {
    return this.known;
  }

  async find(): Promise<boolean> {
    this.finds++;
    if (this.modern instanceof Error) throw this.modern;
    return this.modern;
  }

  learnt(_caller: unknown, what: unknown): void {
    this.learned.push(what);
  }

  forget(): void {
    this.forgets++;
  }

  doubt(): void {
    this.doubts++;
  }
}

export const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: {
    tools: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    logging: {},
    tasks: { list: {} },
    extensions: { 'x/y': {} },
  },
  instructions: 'Be kind.',
  ttlMs: 1,
  cacheScope: 'public',
  _meta: { [META_KEYS.server]: { name: 'played', version: '7' } },
};

export interface ModernWorldOptions {
  /** Default `stdio`. */
  readonly kind?: string;
  readonly limits?: Partial<AsLegacyLimits>;
}

export interface ModernWorld {
  readonly driver: FakeDriver;
  readonly eras: PlayedEras;
  readonly runtime: FakeRuntime;
  readonly notes: string[];
  readonly heard: Heard;
  readonly link: UpstreamLink;
  /** The raw link that is open. */
  readonly raw: FakeLink;
  /** Says something as the engine: a request has a number. */
  send(value: Wire): void;
  /** Sends a request, and gives what the server got for it. */
  ask(id: number, method: string, params?: Record<string, unknown>): Wire;
  /** Opens the next conversation with the same server. */
  again(): Promise<ModernWorld>;
}

/** Opens a link to a server of which it is known that it understands modern words alone, unless `eras` says else. */
export async function modernWorld(
  { kind = 'stdio', limits = {} }: ModernWorldOptions = {},
  eras = new PlayedEras(),
  driver = new FakeDriver(),
): Promise<ModernWorld> {
  if (eras.legacy === undefined && eras.learned.length === 0) eras.legacy = false;
  Object.assign(driver, { kind, canBeModern: true, answersHello: false });
  return openWorld({ kind, limits }, eras, driver);
}

export async function openWorld(
  { kind = 'stdio', limits = {} }: ModernWorldOptions,
  eras: PlayedEras,
  driver: FakeDriver,
): Promise<ModernWorld> {
  Object.assign(driver, { kind, canBeModern: true });
  const runtime = new FakeRuntime();
  const notes: string[] = [];
  const heard = new Heard();
  const note = (code: string): void => void notes.push(code);
  const facts = { name: 'srv', runtime, limits, note, patienceMs: 5_000 };
  const opener = new AsLegacyDriver(driver, eras, facts);
  const context = { principal: 'anybody', signal: new AbortController().signal };
  const link = await opener.open(heard, context);
  const send = (value: Wire): void => {
    const number = value.method === undefined ? undefined : value.id;
    link.send(bytesOf(value), typeof number === 'number' ? number : undefined);
  };
  return {
    driver,
    eras,
    runtime,
    notes,
    heard,
    link,
    get raw() {
      return driver.link;
    },
    send,
    ask(id, method, params) {
      send({ jsonrpc: '2.0', id, method, ...(params ? { params } : {}) });
      return driver.link.last;
    },
    again: () => openWorld({ kind, limits }, eras, driver),
  };
}

export function hello(version = '2025-11-25', capabilities: Record<string, unknown> = {}) {
  return { protocolVersion: version, capabilities, clientInfo: { name: 'c', version: '1' } };
}

/** The same, its handshake done. */
export async function greeted(
  options: ModernWorldOptions = {},
  params: Record<string, unknown> = hello(),
  discovered: unknown = DISCOVERED,
): Promise<ModernWorld> {
  const at = await modernWorld(options);
  at.ask(100, 'initialize', params);
  at.raw.answers(at.raw.last.id, discovered);
  await turn();
  return at;
}

export function metaOf({ params }: Wire): Record<string, unknown> {
  return (params?.['_meta'] ?? {}) as Record<string, unknown>;
}
