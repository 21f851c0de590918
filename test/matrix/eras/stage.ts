/** Where a feature is shown: a client, what it is connected to, and what the server writes down. */
import { readFile } from 'node:fs/promises';
import type { CallOptions, Params, Peer, Result } from '../peer.ts';
import { type EraClient, isModern } from './clients.ts';
import type { EraUpstream } from './upstreams.ts';

export class Stage {
  readonly peer: Peer;
  readonly client: EraClient;
  readonly upstream: EraUpstream;
  /** Nobody else's: a word that is part of names where things must be told apart. */
  readonly word: string;
  readonly isModern: boolean;
  readonly #journal: string;

  constructor(peer: Peer, client: EraClient, upstream: EraUpstream, word: string, journal: string) {
    this.peer = peer;
    this.client = client;
    this.upstream = upstream;
    this.word = word;
    this.isModern = isModern(client);
    this.#journal = journal;
  }

  /** Whether the gateway has to translate: the server would not understand this client. */
  get isBridged(): boolean {
    const { era } = this.upstream;
    return era !== 'dual' && (era === 'modern') !== this.isModern;
  }

  /** The name under which the client knows a tool or prompt. */
  named(name: string): string {
    return this.upstream.prefix + name;
  }

  call(name: string, args: Params = {}, options: CallOptions = {}): Promise<Result> {
    return this.peer.call(this.named(name), args, options);
  }

  text(name: string, args: Params = {}, options: CallOptions = {}): Promise<string> {
    return this.peer.text(this.named(name), args, options);
  }

  json(name: string, args: Params = {}, options: CallOptions = {}): Promise<Params> {
    return this.peer.json(this.named(name), args, options);
  }

  /** How often the server wrote this line. */
  async written(line: string): Promise<number> {
    const lines = (await readFile(this.#journal, 'utf8')).split('\n');
    return lines.filter((each) => each === line).length;
  }
}
