import type { ZodType } from 'zod';
import { AareError } from './error.ts';
import { type PollRuntime, Polls, type Reading } from './polls.ts';
import { Quota } from './quota.ts';
import {
  type City,
  type Current,
  citiesShape,
  currentShape,
  type History,
  historyShape,
  type Widget,
  widgetShape,
} from './shapes.ts';

/** Gets a URL and reads the answer as JSON; rejects on anything but a 2xx status and JSON. */
export type FetchJson = (url: string, signal: AbortSignal) => Promise<unknown>;

/** An answer of the API: as it came, and as read by us. */
export interface Answer<T> {
  readonly raw: unknown;
  readonly read: T;
}

export interface AareApiOptions {
  readonly fetchJson: FetchJson;
  readonly runtime: PollRuntime;
  /** Default: the public API. Another one for tests and demos. A path is kept, a slash at its end dropped. */
  readonly baseUrl?: string | undefined;
  /** How we introduce ourselves, as the API asks. Default `sluice`. */
  readonly app?: string | undefined;
  /** Default `0`. */
  readonly version?: string | undefined;
  /** The least time between two polls for a city, in ms. Default 120 000: data comes every 10 minutes. */
  readonly pollEveryMs?: number | undefined;
  /** Default 5 000 ms: people wait for the answer. */
  readonly timeoutMs?: number | undefined;
  /** How old a value may stand in for a live one, in ms. Default 24 h; beyond, even the season's trend is off. */
  readonly maxStaleMs?: number | undefined;
  /** Answers remembered, history apart. Default 64: 8 cities have one each. */
  readonly maxEntries?: number | undefined;
  /** Histories remembered. Default 8: one may be megabytes. */
  readonly maxHistories?: number | undefined;
  /** Different ranges of history asked per city within `pollEveryMs`. Default 5. */
  readonly historyRanges?: number | undefined;
  /** Told of each failed request, for a log. */
  readonly report?: ((failure: { key: string; reason: string }) => void) | undefined;
}

const publicApi = 'https://aareguru.existenz.ch';

/**
 * The public API of aare.guru, asked with restraint: see `Polls` for what is guaranteed. Share one among all
 * links. What the API offers twice is asked once: the state of a city always comes from `/current`.
 */
export class AareApi {
  readonly #fetchJson: FetchJson;
  readonly #base: string;
  readonly #identity: Readonly<Record<string, string>>;
  readonly #answers: Polls<Answer<unknown>>;
  readonly #histories: Polls<Answer<unknown>>;

  /** @throws TypeError when `baseUrl` is no URL. */
  constructor(options: AareApiOptions) {
    this.#fetchJson = options.fetchJson;
    this.#base = new URL(options.baseUrl ?? publicApi).href.replace(/(?<!\/)\/+$/, '');
    this.#identity = { app: options.app ?? 'sluice', version: options.version ?? '0' };
    const polling = {
      runtime: options.runtime,
      everyMs: options.pollEveryMs ?? 120_000,
      timeoutMs: options.timeoutMs ?? 5_000,
      maxStaleMs: options.maxStaleMs ?? 86_400_000,
      report: options.report,
    };
    this.#answers = new Polls({ ...polling, maxEntries: options.maxEntries ?? 64 });
    this.#histories = new Polls({
      ...polling,
      maxEntries: options.maxHistories ?? 8,
      admit: historyGate(options.historyRanges ?? 5, polling.everyMs, options.runtime),
    });
  }

  /** All cities with their water temperature. Rejects with `AareError`, as the others do. */
  cities(): Promise<Reading<Answer<City[]>>> {
    return this.#ask(this.#answers, citiesShape, 'cities', {});
  }

  /** Everything about one city. `city` must be known (`knownCity`). */
  current(city: string): Promise<Reading<Answer<Current>>> {
    return this.#ask(this.#answers, currentShape, 'current', { city });
  }

  /** A few values of all cities in one answer. */
  widget(): Promise<Reading<Answer<Widget>>> {
    return this.#ask(this.#answers, widgetShape, 'widget', {});
  }

  /** Past values of a city, as the API tells them. `start` and `end` go out as they are (UTC). */
  history(city: string, start: string, end: string): Promise<Reading<Answer<History>>> {
    return this.#ask(this.#histories, historyShape, 'history', { city, start, end });
  }

  async #ask<T>(
    polls: Polls<Answer<unknown>>,
    shape: ZodType<T>,
    resource: string,
    query: Record<string, string>,
  ): Promise<Reading<Answer<T>>> {
    const key = JSON.stringify([resource, ...Object.values(query)]);
    const search = new URLSearchParams({ ...query, ...this.#identity });
    const url = `${this.#base}/v2018/${resource}?${search}`;
    const load = async (signal: AbortSignal): Promise<Answer<T>> => {
      const raw = await this.#fetchJson(url, signal);
      return { raw, read: readAs(shape, raw) };
    };
    // A key names its resource, and a resource has one shape.
    return (await polls.read(key, load)) as Reading<Answer<T>>;
  }
}

function readAs<T>(shape: ZodType<T>, raw: unknown): T {
  const result = shape.safeParse(raw);
  if (!result.success)
    throw new Error(`unusable answer: ${result.error.issues[0]?.message ?? 'wrong shape'}`);
  return result.data;
}

/** A question about the past is no poll, but many of them to one city would be just as rude. */
function historyGate(limit: number, windowMs: number, runtime: PollRuntime): (key: string) => void {
  const quota = new Quota(limit, windowMs);
  return (key) => {
    const [, city = ''] = JSON.parse(key) as string[];
    const waitMs = quota.take(city, runtime.now());
    if (waitMs === 0) return;
    throw new AareError(
      'aare-history-limit',
      `Too many different ranges were asked for ${city}: at most ${limit} in ${windowMs / 1000} seconds. ` +
        `Try again in ${Math.ceil(waitMs / 1000)} seconds, or repeat a range asked just before.`,
    );
  };
}
