/** What the tests of seats share: a gateway in front of a played legacy server, and modern clients that take notes. */
import { alone } from '../../../../src/backplanes/alone.ts';
import { MemoryEventLog } from '../../../../src/backplanes/memory.ts';
import { Seals } from '../../../../src/access/seals.ts';
import { Gateway } from '../../../../src/engine/gateway.ts';
import type { Mount } from '../../../../src/engine/line.ts';
import { type CallFacts, ModernCall } from '../../../../src/engine/modern/modern-call.ts';
import type { Bytes } from '../../../../src/engine/ports.ts';
import type { ServerOptions } from '../../../../src/engine/server-options.ts';
import type { Settings } from '../../../../src/engine/settings.ts';
import { META_KEYS, MODERN_VERSION } from '../../../../src/protocol/era.ts';
import { dice } from '../../access/dice.ts';
import { FakeDriver, type FakeLink } from '../fake-driver.ts';
import { FakeRuntime, message, Notes, turn, type World } from '../support.ts';
import { textOf, type Wire } from '../wire.ts';

export { turn } from '../support.ts';
export type { FakeLink } from '../fake-driver.ts';

export interface SeatWorldOptions {
  readonly settings?: Partial<Settings>;
  readonly server?: Partial<ServerOptions>;
  readonly maxLinks?: number;
  /** False: nothing can be left with clients. */
  readonly seals?: boolean;
}

/** A driver that says how many links it allows. */
class Bounded extends FakeDriver {
  override readonly maxLinks: number;
  constructor(maxLinks: number) {
    super();
    this.maxLinks = maxLinks;
  }
}

export function seatWorld({ settings, server, maxLinks, seals }: SeatWorldOptions = {}): World {
  const runtime = new FakeRuntime();
  const notes = new Notes();
  const driver = maxLinks === undefined ? new FakeDriver() : new Bounded(maxLinks);
  const log = new MemoryEventLog();
  const gateway = new Gateway({
    runtime,
    backplane: alone(log),
    observer: notes.observer,
    ...(seals === false ? {} : { seal: new Seals({}, dice().bytes) }),
    ...(settings ? { settings } : {}),
  });
  const made = gateway.addServer({ name: 'srv', driver, ...server });
  return { runtime, notes, driver, gateway, server: made, log };
}

export const ALL = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };
export const FORM = { elicitation: {} };

export interface Asking {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly meta?: Record<string, unknown>;
  readonly can?: Record<string, unknown>;
  readonly as?: string;
  readonly mount?: Mount;
  readonly forwarded?: Record<string, string>;
}

export interface Input {
  readonly keys: string[];
  readonly requests: Record<string, { method: string; params: Record<string, unknown> }>;
  readonly state: string;
}

/** A call of a modern client, and all that came of it. */
export class Caller {
  readonly call: ModernCall;
  readonly events: Wire[] = [];
  readonly answers: { wire: Wire; text: string; code: number | undefined }[] = [];
  isFollowed = true;

  constructor(at: Pick<World, 'gateway' | 'server'>, asking: Asking = {}) {
    const { id = 1, method = 'tools/call', params = { name: 't' }, meta = {}, can = {} } = asking;
    const _meta = {
      [META_KEYS.version]: MODERN_VERSION,
      [META_KEYS.info]: { name: 'c', version: '1' },
      [META_KEYS.capabilities]: can,
      ...meta,
    };
    const facts: CallFacts = {
      message: message({ jsonrpc: '2.0', id, method, params: { ...params, _meta } }),
      mount: asking.mount ?? at.server,
      principal: asking.as ?? 'ann',
      ...(asking.forwarded ? { forwarded: asking.forwarded } : {}),
    };
    this.call = new ModernCall(facts, this);
    at.gateway.desk.take(this.call);
  }

  event(data: Bytes): void {
    this.events.push(JSON.parse(textOf(data)) as Wire);
  }

  answer(data: Bytes, code: number | undefined): void {
    const text = textOf(data);
    this.answers.push({ wire: JSON.parse(text) as Wire, text, code });
  }

  get answered(): Wire | undefined {
    return this.answers[0]?.wire;
  }

  get result(): Record<string, unknown> | undefined {
    return this.answered?.result;
  }

  /** The word of the error it was answered with. */
  get word(): string | undefined {
    return this.answered?.error?.data?.code;
  }

  /** What it was asked, if it was. */
  get input(): Input {
    const result = this.result;
    if (result?.['resultType'] !== 'input_required')
      throw new Error(`No input is required: ${JSON.stringify(this.answered)}`);
    const requests = result['inputRequests'] as Input['requests'];
    return { keys: Object.keys(requests), requests, state: result['requestState'] as string };
  }
}

/** One call, after everything that can happen at once has happened. */
export async function asks(at: Pick<World, 'gateway' | 'server'>, asking: Asking = {}): Promise<Caller> {
  const caller = new Caller(at, asking);
  await turn();
  return caller;
}

/** Comes back with answers: the same call again, with the state it was given. */
export async function comesBack(
  at: Pick<World, 'gateway' | 'server'>,
  { state }: Pick<Input, 'state'>,
  inputResponses: unknown,
  asking: Asking = {},
): Promise<Caller> {
  const params = { ...(asking.params ?? { name: 't' }), inputResponses, requestState: state };
  return asks(at, { id: 2, can: FORM, ...asking, params });
}

export const QUESTION = { message: 'Who?', requestedSchema: { type: 'object', properties: {} } };
export const ACCEPTED = { action: 'accept', content: { name: 'Ann' } };

/** A call of a client that can fill in forms, whose server has asked and is waiting. */
export async function parked(
  at: World,
  asking: Asking = {},
  question: unknown = QUESTION,
): Promise<{ caller: Caller; link: FakeLink; input: Input }> {
  const caller = await asks(at, { can: FORM, ...asking });
  const { link } = at.driver;
  link.asks('q1', 'elicitation/create', question);
  at.runtime.advance(at.gateway.context.settings.gatherMs);
  return { caller, link, input: caller.input };
}

/** Everything a link was sent of one method. */
export function sentOf(link: FakeLink, method: string): Wire[] {
  return link.sent.filter((wire) => wire.method === method);
}
