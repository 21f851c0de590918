/**
 * Finds out whether a server understands modern words: `server/discover` on a link that is thrown away, as some
 * servers end at the first word before `initialize`.
 *
 * Source: MCP 2026-07-28, versioning and discovery; the same, stdio, backward compatibility.
 */
import { MODERN_VERSION } from '../../protocol/era.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { outcomeOf } from '../../protocol/long.ts';
import { type Message, ownNumber } from '../../protocol/message.ts';
import { LEGACY_VERSIONS } from '../../protocol/methods.ts';
import { contextWith, type Forwarded } from '../forwarded.ts';
import { OWN_META } from '../handshake.ts';
import { request } from '../notice.ts';
import {
  type LinkEvents,
  type Runtime,
  type Timer,
  type UpstreamDriver,
  UpstreamError,
  type UpstreamFault,
  type UpstreamLink,
} from '../ports.ts';

/** What a server says of its words. */
export interface Finding {
  readonly isModern: boolean;
  /** The legacy revisions that it speaks, as far as it says so; a legacy server says nothing. */
  readonly versions: readonly string[];
}

export interface ProbeOptions {
  readonly driver: UpstreamDriver;
  /** In whose name it is asked. */
  readonly principal: string;
  readonly forwarded: Forwarded;
  /** Our id of the request: no other on this server has it. */
  readonly number: number;
  /** How long the link may take to open, and then the answer to come. */
  readonly startMs: number;
  readonly probeMs: number;
  readonly runtime: Runtime;
}

/** @throws UpstreamError when it cannot be reached, which says nothing of its words */
export function probe(options: ProbeOptions): Promise<Finding> {
  return new Promise((resolve, reject) => new Probe(options, resolve, reject).run());
}

const LEGACY: Finding = { isModern: false, versions: [] };

class Probe implements LinkEvents {
  readonly #options: ProbeOptions;
  readonly #resolve: (finding: Finding) => void;
  readonly #reject: (error: UpstreamError) => void;
  readonly #abort = new AbortController();
  #timer: Timer | undefined;
  #link: UpstreamLink | undefined;
  #isOver = false;

  constructor(
    options: ProbeOptions,
    resolve: (finding: Finding) => void,
    reject: (error: UpstreamError) => void,
  ) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  run(): void {
    const { runtime, startMs } = this.#options;
    this.#timer = runtime.after(startMs, () => this.#failed(SILENT));
    this.#open().catch((error: unknown) =>
      this.#failed(error instanceof UpstreamError ? error.fault : BROKEN),
    );
  }

  async #open(): Promise<void> {
    const { driver, principal, forwarded, number, runtime, probeMs } = this.#options;
    const facts = { principal, era: 'modern', isProbe: true, signal: this.#abort.signal } as const;
    const link = await driver.open(this, contextWith(facts, forwarded));
    this.#link = link;
    if (this.#isOver) return void link.close().catch(() => undefined);
    this.#timer?.cancel();
    this.#timer = runtime.after(probeMs, () => this.#silent());
    const params = JSON.stringify({ _meta: OWN_META });
    link.send(request(number, DISCOVER.method, params), number, DISCOVER);
  }

  // ------------------------------------------------------------------------------------ from the server

  message(message: Message): void {
    if (message.kind !== 'response' && message.kind !== 'error') return;
    if (ownNumber(message.bytes, message.id) === this.#options.number) this.#found(findingIn(message));
  }

  failed(_number: number, fault: UpstreamFault): void {
    if (fault.isRefusal) this.#found(LEGACY);
    else this.#failed(fault);
  }

  /** A server of our own that ends at such a word does not know it. */
  closed(fault: UpstreamFault): void {
    if (this.#options.driver.mayRepeat) this.#failed(fault);
    else this.#found(LEGACY);
  }

  /** So do servers of our own answer that do not know the word; a far one may merely be slow. */
  #silent(): void {
    if (this.#options.driver.mayRepeat) this.#failed(SILENT);
    else this.#found(LEGACY);
  }

  #found(finding: Finding): void {
    if (this.#end()) this.#resolve(finding);
  }

  #failed(fault: UpstreamFault): void {
    if (this.#end()) this.#reject(new UpstreamError(fault));
  }

  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#timer?.cancel();
    if (this.#link) void this.#link.close().catch(() => undefined);
    else this.#abort.abort();
    return true;
  }
}

const DISCOVER = { method: 'server/discover', target: undefined } as const;

const SILENT: UpstreamFault = {
  code: 'silent',
  message: 'The server did not say in time which revisions it speaks; try again later, or set its `era`.',
  isRecoverable: true,
};

const BROKEN: UpstreamFault = { code: 'internal', message: 'The gateway failed to reach the server.' };

function findingIn(message: Message): Finding {
  const versions = message.kind === 'error' ? supportedIn(message) : jsonOf(message)['supportedVersions'];
  if (!Array.isArray(versions) || !versions.includes(MODERN_VERSION)) return LEGACY;
  return { isModern: true, versions: LEGACY_VERSIONS.filter((version) => versions.includes(version)) };
}

/** Whether an error says that modern words are not understood: those of a legacy server do. */
export function isForeign(error: Message): boolean {
  const { code, message } = jsonOf(error);
  const versions = supportedIn(error);
  if (code === ERRORS.unknown_version.code)
    return Array.isArray(versions) && !versions.includes(MODERN_VERSION);
  // One that failed within has understood, and may have done something.
  if (code === ERRORS.internal_error.code) return false;
  return typeof message === 'string' && OLD_WORDS.test(message);
}

/**
 * Whether an error of `server/discover` says in old words that there is no such request: every modern server knows it.
 * One that lists its versions says more than that.
 */
export function isUnknowing(error: Message): boolean {
  const { code } = jsonOf(error);
  if (code === ERRORS.unknown_version.code) return false;
  return code === ERRORS.method_not_found.code || isForeign(error);
}

/** What legacy servers say to a request without a session, without `initialize`, or with a version they do not know. */
const OLD_WORDS =
  /^(?:bad request: |error: )?(?:(?:server )?not initialized\.?$|received request before initialization|(?:no valid|missing|invalid) session\b|mcp-session-id header is required|unsupported protocol version: 2026-07-28\b)/i;

/** The revisions that an error for an unknown one lists. */
function supportedIn(error: Message): unknown {
  const { code, data } = jsonOf(error);
  if (code !== ERRORS.unknown_version.code || typeof data !== 'object' || data === null) return undefined;
  return 'supported' in data ? data.supported : undefined;
}

/** Checked by its envelope only: what is broken within counts as empty. */
function jsonOf(message: Message): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(outcomeOf(message)));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
