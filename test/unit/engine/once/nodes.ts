/** Gateways that share what nodes share, each before a played server of its own, with one clock. */
import { randomBytes } from 'node:crypto';
import { Seals } from '../../../../src/access/seals.ts';
import { memoryHub, type MemoryHub } from '../../../../src/backplanes/memory-hub.ts';
import { Gateway } from '../../../../src/engine/gateway.ts';
import type { Settings } from '../../../../src/engine/settings.ts';
import type { Server } from '../../../../src/engine/server.ts';
import { type Asked, ask, type Made } from '../modern/support.ts';
import { FakeDriver, FakeRuntime, Notes, turn, type Wire, type World } from '../support.ts';

export interface Node extends World {
  readonly name: string;
  readonly server: Server;
  /** The calls of tools that its server got. */
  readonly calls: Wire[];
  /** The played server answers the last of them. */
  answers(result: object): void;
}

export interface Nodes {
  readonly hub: MemoryHub;
  readonly runtime: FakeRuntime;
  readonly nodes: readonly Node[];
  /** One try of a call, and all that settles at once because of it. */
  ask(at: Node, asked?: Asked & { readonly key?: string }): Promise<Made>;
  /** Time goes by, step by step. */
  pass(ms: number): Promise<void>;
}

const LEASE_MS = 5_000;

export async function nodes(count: number, settings: Partial<Settings> = {}): Promise<Nodes> {
  const hub = memoryHub();
  const runtime = new FakeRuntime();
  const seal = new Seals({ keys: [{ id: '1', secret: 'a'.repeat(64) }] }, (length) => randomBytes(length));
  const all: Node[] = [];
  for (let at = 0; at < count; at++) all.push(await node(`n${at}`, hub, runtime, seal, settings));
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      runtime.advance(Math.min(left, 250));
      await turn();
    }
  };
  // So that a lease that is missing says that its node is gone.
  await pass(LEASE_MS);
  return {
    hub,
    runtime,
    nodes: all,
    pass,
    ask: async (at, { key = 'k', facts, ...asked } = {}) => {
      const made = ask(at, { ...asked, facts: { idempotencyKey: key, ...facts } });
      await turn();
      await turn();
      return made;
    },
  };
}

async function node(
  name: string,
  hub: MemoryHub,
  runtime: FakeRuntime,
  seal: Seals,
  settings: Partial<Settings>,
): Promise<Node> {
  const backplane = hub.node(runtime, { name });
  const notes = new Notes();
  const gateway = new Gateway({ runtime, backplane, seal, observer: notes.observer, settings });
  const driver = new FakeDriver();
  driver.canBeModern = true;
  const server = gateway.addServer({ name: 'srv', driver, era: 'modern' });
  await gateway.context.cluster?.join(undefined);
  const calls = () =>
    driver.links.flatMap((link) => link.calls.filter(({ method }) => method === 'tools/call'));
  return {
    name,
    runtime,
    notes,
    gateway,
    driver,
    server,
    log: backplane.log,
    get calls() {
      return calls();
    },
    answers: (result) => driver.link.answers(calls().at(-1)?.id, result),
  };
}
