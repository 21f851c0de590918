/** The admin API as commands use it: one question, one answer, and what went wrong as one sentence with its exit code. */
import { setTimeout as wait } from 'node:timers/promises';
import { CliError, EXIT } from '../exit.ts';
import type { AdminPlace } from './place.ts';
import { signIn, signOut } from './sign-in.ts';

/** How long an answer may take. */
const ANSWER_MS = 10_000;
/** How long the end may wait for the gateway. */
const LEAVE_MS = 1_000;
/** Bytes of an answer: ten thousand sessions have about four million. */
const MOST_BYTES = 64 * 1024 * 1024;

export class AdminClient {
  readonly place: AdminPlace;
  readonly #node: string | undefined;
  #cookie: string | undefined;
  #signing: Promise<string | undefined> | undefined;

  /** @param node which one is asked through that place, by its name or url; default: that place itself */
  constructor(place: AdminPlace, node?: string) {
    this.place = place;
    this.#node = node;
  }

  /** What is looked at, as people call it. */
  get label(): string {
    return this.#node === undefined ? this.place.label : `${this.place.label} node ${this.#node}`;
  }

  /** @throws CliError */
  async get<T>(path: string, signal: AbortSignal): Promise<T> {
    const limit = AbortSignal.timeout(ANSWER_MS);
    const response = await this.open(path, AbortSignal.any([signal, limit]));
    try {
      return JSON.parse(await textOf(response)) as T;
    } catch (error) {
      signal.throwIfAborted();
      throw this.#unreachable(error instanceof SyntaxError ? 'what it answers is no JSON' : reasonOf(error));
    }
  }

  /** The answer with its body still to come. @throws CliError where it is none of success */
  async open(path: string, signal: AbortSignal, accept = 'application/json'): Promise<Response> {
    const cookie = await this.#signedIn(signal);
    const response = await this.#ask(path, signal, accept);
    if (response.ok) return response;
    if (response.status !== 401 || cookie === undefined) throw await this.#refusal(response);
    // It is over, as where the gateway was started anew.
    if (this.#cookie === cookie) this.#cookie = undefined;
    if ((await this.#signedIn(signal)) === undefined) throw await this.#refusal(response);
    const again = await this.#ask(path, signal, accept);
    if (again.ok) return again;
    throw await this.#refusal(again);
  }

  /** Signs out, where it has signed in: a gateway has few who are. Never rejects; takes a second at most. */
  async close(): Promise<void> {
    const cookie = this.#cookie;
    this.#cookie = undefined;
    if (cookie === undefined) return;
    await signOut(this.place, cookie, AbortSignal.timeout(LEAVE_MS)).catch(() => undefined);
  }

  /** Before it asks for anything, so that nothing is refused; once for all that ask at once. */
  async #signedIn(signal: AbortSignal): Promise<string | undefined> {
    if (this.place.key !== undefined || this.#cookie !== undefined) return this.#cookie;
    this.#signing ??= signIn(this.place, signal)
      .catch(() => undefined)
      .then((cookie) => (this.#cookie = cookie))
      .finally(() => (this.#signing = undefined));
    return this.#signing;
  }

  async #ask(path: string, signal: AbortSignal, accept: string): Promise<Response> {
    const { api, key } = this.place;
    const cookie = this.#cookie;
    const headers = {
      accept,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(cookie === undefined ? {} : { cookie }),
    };
    const url = new URL(path, api);
    if (this.#node !== undefined) url.searchParams.append('node', this.#node);
    try {
      return await fetch(url, { headers, signal, redirect: 'error' });
    } catch (error) {
      if (signal.aborted && !(signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'))
        throw error;
      throw this.#unreachable(reasonOf(error));
    }
  }

  async #refusal(response: Response): Promise<CliError> {
    const { label, key, folder } = this.place;
    const { status } = response;
    const said = await problemOf(response);
    if (status === 401 || status === 403) {
      const what = key === undefined ? 'wants its admin key' : 'does not know this admin key';
      const elsewhere =
        folder === undefined
          ? ''
          : ', or name the configuration with -c: this gateway does not keep its things in ' + folder;
      const advice = `give it with --key or ADMIN_KEY${key === undefined ? elsewhere : ''}.`;
      return new CliError(EXIT.auth, `The gateway at ${label} ${what} (status ${status}); ${advice}`);
    }
    if (said !== undefined) {
      const isWord = status === 404 || status === 400;
      return new CliError(isWord ? EXIT.usage : EXIT.unreachable, said);
    }
    if (status === 404)
      return new CliError(
        EXIT.unreachable,
        `There is no admin API at ${label} (status 404); check the address, and whether it is switched on.`,
      );
    return this.#unreachable(`it answered with status ${status}`);
  }

  #unreachable(why: string): CliError {
    const { label } = this.place;
    return new CliError(
      EXIT.unreachable,
      `The gateway at ${label} could not be reached: ${why}; is it running, and is this its address?`,
    );
  }
}

/** Waits, or ends at once where the signal does. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('its answer is larger than 64 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What the API says of it; undefined where something else answered. */
async function problemOf(response: Response): Promise<string | undefined> {
  try {
    const { error } = JSON.parse(await textOf(response)) as { error?: { message?: string; hint?: string } };
    if (typeof error?.message !== 'string') return undefined;
    return typeof error.hint === 'string' ? `${error.message} ${error.hint}` : error.message;
  } catch {
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  ECONNRESET: 'it cut the connection',
  TimeoutError: 'it did not answer in time',
};

function reasonOf(error: unknown): string {
  const beneath = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = codeOf(beneath);
  if (code !== undefined && REASONS[code] !== undefined) return REASONS[code];
  const message = beneath instanceof Error ? beneath.message : String(beneath);
  return message === '' ? (code ?? 'it gave no answer') : message.replace(/\.$/, '');
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
