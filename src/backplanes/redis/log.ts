/** The copies of streams, in Redis. */
import { HistoryLost, type KeptStream, type LoggedEvent, type Run } from '../../engine/ports-backplane.ts';
import type { FarLog, Outcome, Writing } from '../shared-log.ts';
import { checkWhole } from '../whole-history.ts';
import { bufferOf, listOf, textOf, type Argument, type Connection } from './connection.ts';
import { RedisUnreachable } from './faults.ts';
import type { Keys } from './keys.ts';

export interface RedisLogOptions {
  /** How long a stream is kept after it was written to. */
  readonly keptMs: number;
  /** Events of one. */
  readonly events: number;
}

/** Events that are asked for at once. */
const PAGE = 64;
/** Histories that are read at once: each is held in memory until it is whole. */
const READERS = 8;
const NOTHING = Buffer.alloc(0);

export class RedisFarLog implements FarLog {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #options: RedisLogOptions;
  #readers = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(connection: Connection, keys: Keys, options: RedisLogOptions) {
    this.#connection = connection;
    this.#keys = keys;
    this.#options = options;
  }

  get isReached(): boolean {
    return this.#connection.isUp;
  }

  together(write: () => void): void {
    this.#connection.together(write);
  }

  async write(writing: Writing): Promise<Outcome> {
    const { stream, generation, beginning, base, events, oldest, isEnded } = writing;
    const { keptMs, events: most } = this.#options;
    const words: Argument[] = [
      this.#keys.events(stream),
      this.#keys.stream(stream),
      generation,
      keptMs,
      most,
    ];
    words.push(base, oldest, isEnded ? 1 : 0, beginning ? 1 : 0);
    if (beginning) words.push(bufferOf(beginning.about), runsText(beginning.runs), beginning.number);
    for (const { data, answers } of events) words.push(bufferOf(data), answers ? bufferOf(answers) : NOTHING);
    const outcome = textOf(await this.#connection.run('writeStream', ...words));
    return outcome === 'kept' || outcome === 'older' ? outcome : 'missing';
  }

  async adopt(stream: string, generation: number): Promise<KeptStream | undefined> {
    const keys = [this.#keys.stream(stream), this.#keys.events(stream)];
    const answer = await this.#connection.run('adoptStream', ...keys, generation, this.#options.keptMs);
    if (!Array.isArray(answer)) throw new RedisUnreachable('The stream has another writer by now.');
    return answer.length === 0 ? undefined : keptOf(answer);
  }

  async read(stream: string, after: number, last: number): Promise<readonly LoggedEvent[]> {
    while (this.#readers >= READERS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#readers++;
    try {
      return await this.#whole(stream, after, last);
    } finally {
      this.#readers--;
      this.#waiting.shift()?.();
    }
  }

  drop(stream: string, generation: number): void {
    const keys = [this.#keys.stream(stream), this.#keys.events(stream)];
    // What cannot be dropped runs out by itself.
    this.#connection.run('dropStream', ...keys, generation).catch(() => {});
  }

  touch(stream: string): void {
    for (const key of [this.#keys.events(stream), this.#keys.stream(stream)])
      this.#connection.ask('PEXPIRE', key, this.#options.keptMs).catch(() => {});
  }

  async #whole(stream: string, after: number, last: number): Promise<readonly LoggedEvent[]> {
    const fields = ['generation', 'last', 'runs'];
    const [writer, published, runs] = listOf(
      await this.#connection.ask('HMGET', this.#keys.stream(stream), ...fields),
    ).map(textOf);
    if (!writer) throw new HistoryLost(stream);
    const upTo = Math.min(last, Number(published));
    if (after >= upTo) return [];
    const known = [...runsOf(runs ?? ''), { generation: Number(writer), last: Number(published) }];
    const generation = known.find((run) => run.last > after)?.generation ?? Number(writer);
    return checkWhole(
      stream,
      after,
      upTo,
      await this.#pages(stream, `${generation}-${after + 1}`, upTo - after),
    );
  }

  async #pages(stream: string, from: string, count: number): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    for (let start = from; events.length < count; ) {
      const size = Math.min(PAGE, count - events.length);
      const page = listOf(
        await this.#connection.ask('XRANGE', this.#keys.events(stream), start, '+', 'COUNT', size),
      );
      for (const entry of page) events.push(eventOf(entry));
      if (page.length < size) return events;
      start = `(${textOf(listOf(page.at(-1))[0])}`;
    }
    return events;
  }
}

function eventOf(entry: unknown): LoggedEvent {
  const [id, fields] = listOf(entry);
  const data = listOf(fields)[1];
  return { offset: Number(textOf(id).split('-')[1]), data: Buffer.isBuffer(data) ? data : NOTHING };
}

function keptOf(answer: readonly unknown[]): KeptStream {
  const fields = new Map<string, unknown>();
  for (let index = 0; index < answer.length; index += 2) fields.set(textOf(answer[index]), answer[index + 1]);
  const about = fields.get('about');
  const answers = [...fields]
    .filter(([name]) => /^a\d+$/.test(name))
    .map(([name, id]) => ({ offset: Number(name.slice(1)), id: Buffer.isBuffer(id) ? id : NOTHING }))
    .sort((one, other) => one.offset - other.offset);
  return {
    about: Buffer.isBuffer(about) ? about : NOTHING,
    published: Number(textOf(fields.get('last'))),
    runs: runsOf(textOf(fields.get('runs'))),
    answers,
    isEnded: fields.has('ended'),
  };
}

function runsText(runs: readonly Run[]): string {
  return runs.map(({ generation, last }) => `${generation}:${last}`).join(',');
}

function runsOf(text: string): Run[] {
  return text
    .split(',')
    .filter((run) => run !== '')
    .map((run) => run.split(':').map(Number))
    .map(([generation = 0, last = 0]) => ({ generation, last }));
}
