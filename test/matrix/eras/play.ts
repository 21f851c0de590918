/** Shows every feature of every pair, some pairs at a time, and keeps what came of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerEntry, startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { Peer } from '../peer.ts';
import { cellsOfPair, ERA_PAIRS, type EraPair, keyOf } from './cells.ts';
import { ERA_RUNS } from './runs.ts';
import { Stage } from './stage.ts';
import { type Env, ERA_UPSTREAMS, isMerged } from './upstreams.ts';

/** Pairs at a time: most of each is waiting for another process. */
const AT_ONCE = 6;
const CONNECT_MS = 15_000;
const FEATURE_MS = 15_000;

/** What came of each cell: nothing, or why it failed. By `keyOf`. */
export type Outcomes = ReadonlyMap<string, Error | undefined>;

/** What clients see of a gateway, or of several. */
type Place = Pick<TestGateway, 'sse' | 'mcp' | 'ws' | 'close'>;
type Places = Readonly<Record<'alone' | 'merged', Place>>;

const ROUTES = { sse: 'sse', streamable: 'mcp', websocket: 'ws' } as const;

export class Theatre {
  readonly #folder: string;
  readonly #gateways: Places;

  private constructor(folder: string, gateways: Places) {
    this.#folder = folder;
    this.#gateways = gateways;
  }

  /** Starts all servers behind one gateway, and those to be merged behind another. */
  static open(): Promise<Theatre> {
    return Theatre.at(async (env) => {
      // Some servers are in this process.
      Object.assign(process.env, env('shared'));
      const entries = (merged: boolean, shared: string): Record<string, ServerEntry> =>
        Object.fromEntries(
          ERA_UPSTREAMS.filter((each) => isMerged(each) === merged).map(({ name, prefix, entry }) => [
            merged ? prefix.replace('__', '') : name,
            entry(env(shared)),
          ]),
        );
      const [alone, merged] = await Promise.all([
        startTestGateway({ servers: entries(false, 'shared') }),
        startTestGateway({ servers: entries(true, 'old'), merge: {} }),
      ]);
      return { alone, merged };
    });
  }

  /** @param start starts what is played at, with servers that have this in their environment, by what they share */
  static async at(start: (env: (shared: string) => Env) => Promise<Places>): Promise<Theatre> {
    const folder = await mkdtemp(join(tmpdir(), 'eras-'));
    const journal = join(folder, 'journal');
    const files = [journal, join(folder, 'shared'), join(folder, 'old')];
    await Promise.all(files.map((file) => writeFile(file, '')));
    const env = (name: string): Env => ({ FIXTURE_JOURNAL: journal, FIXTURE_SHARED: join(folder, name) });
    return new Theatre(folder, await start(env));
  }

  /** Some pairs at a time, each from its first feature to its last. */
  async play(pairs: readonly EraPair[] = ERA_PAIRS): Promise<Outcomes> {
    const outcomes = new Map<string, Error | undefined>();
    const waiting = pairs.map((pair, at) => ({ pair, word: `w${at}` }));
    const next = async (): Promise<void> => {
      for (let each = waiting.shift(); each; each = waiting.shift())
        await this.#pair(each.pair, each.word, outcomes);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    return outcomes;
  }

  async close(): Promise<void> {
    await Promise.all([...new Set(Object.values(this.#gateways))].map((gateway) => gateway.close()));
    delete process.env['FIXTURE_JOURNAL'];
    delete process.env['FIXTURE_SHARED'];
    await rm(this.#folder, { recursive: true });
  }

  async #pair(pair: EraPair, word: string, outcomes: Map<string, Error | undefined>): Promise<void> {
    const cells = cellsOfPair(pair).filter(({ na }) => na === '');
    if (cells.length === 0) return;
    let stage: Stage;
    try {
      stage = await within(CONNECT_MS, this.#connect(pair, word));
    } catch (error) {
      for (const cell of cells) outcomes.set(keyOf(cell), new Error(`Cannot connect: ${String(error)}`));
      return;
    }
    for (const cell of cells) {
      const outcome = await within(FEATURE_MS, ERA_RUNS[cell.feature](stage)).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      );
      outcomes.set(keyOf(cell), outcome);
    }
  }

  async #connect({ client, upstream }: EraPair, word: string): Promise<Stage> {
    if ('na' in client.load) throw new Error(client.load.na);
    const make = await client.load();
    const route = ROUTES[client.dialect];
    const url = isMerged(upstream)
      ? this.#gateways.merged[route]()
      : this.#gateways.alone[route](upstream.name);
    const peer = await Peer.connect((ears) => make(url, ears));
    peer.answers.set('roots/list', () => ({ roots: [] }));
    return new Stage(peer, client, upstream, word, join(this.#folder, 'journal'));
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
