/** Modern calls for tests of the engine: made, handed to the desk, and what their carrier got. */
import { joined } from '../../../../src/engine/bytes.ts';
import type { Mount } from '../../../../src/engine/line.ts';
import { type CallCarrier, type CallFacts, ModernCall } from '../../../../src/engine/modern/modern-call.ts';
import type { Bytes } from '../../../../src/engine/ports.ts';
import { FakeDriver, message, world, type World, type WorldOptions } from '../support.ts';
import { textOf, type Wire } from '../wire.ts';

export const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Takes notes of what a modern client is told. */
export class FakeCarrier implements CallCarrier {
  readonly events: Wire[] = [];
  readonly answers: { text: string; wire: Wire; code: number | undefined }[] = [];
  isFollowed = true;

  event(data: Bytes): void {
    this.events.push(JSON.parse(textOf(joined(data))) as Wire);
  }

  answer(data: Bytes, code: number | undefined): void {
    const text = textOf(joined(data));
    this.answers.push({ text, wire: JSON.parse(text) as Wire, code });
  }

  get answer1(): Wire {
    const [answer] = this.answers;
    if (!answer || this.answers.length !== 1) throw new Error(`${this.answers.length} answers.`);
    return answer.wire;
  }
}

export interface Made {
  readonly call: ModernCall;
  readonly carrier: FakeCarrier;
}

export interface Asked {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly meta?: Record<string, unknown>;
  readonly facts?: Partial<CallFacts>;
}

/** One request of a modern client at a mount, handed to the desk. */
export function ask(at: World, asked: Asked = {}, mount: Mount = at.server): Made {
  const { id = 1, method = 'tools/call', params = { name: 't' }, meta = {}, facts } = asked;
  const carrier = new FakeCarrier();
  const all = { ...params, _meta: { ...META, ...meta } };
  const told = message({ jsonrpc: '2.0', id, method, params: all });
  const call = new ModernCall({ message: told, mount, principal: 'anybody', ...facts }, carrier);
  at.gateway.desk.take(call);
  return { call, carrier };
}

/** A gateway with one played server that understands modern words. */
export function modernWorld(options: WorldOptions = {}): World {
  const driver = new FakeDriver();
  driver.canBeModern = true;
  return world({ ...options, server: { driver, era: 'modern', ...options.server } });
}

export function driverOf(at: World): FakeDriver {
  return at.server.driver as FakeDriver;
}
